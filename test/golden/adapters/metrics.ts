import { createHost, type Engine, type Metric, type MetricFunc, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { AvgSmoothLoss } from "@fastap/plugin-learner";
import { classificationReport, confusionMatrix, metricEntries, metrics } from "@fastap/plugin-metrics";
import { scalar, tensor } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { decodeNumber, decodeTensor, isTensor } from "../tensor.ts";
import { parseCall } from "./call.ts";

/** `inputs` of a metric case: an epoch of batches. */
interface MetricInputs {
  readonly batches: readonly { readonly pred: unknown; readonly targ: unknown }[];
  /** Of each batch. */
  readonly losses?: readonly number[];
}

/** One entry of `expected`; those with an error raise upstream and are no target. */
interface MetricResult {
  readonly metric: string;
  readonly column_name: string;
  readonly value?: Value;
}

/** fastai's defaults where ours differ: it has channels first, and Brier scores of decisions. */
const upstreamDefaults: Readonly<Record<string, Record<string, unknown>>> = {
  foregroundAcc: { axis: 1 },
  dice: { axis: 1 },
  diceMulti: { axis: 1 },
  jaccardCoeff: { axis: 1 },
  jaccardCoeffMulti: { axis: 1 },
  brierScore: { hard: true },
};

/** Names of arguments that may be given by place. */
const places: Readonly<Record<string, readonly string[]>> = {
  fBeta: ["beta"],
  fBetaMulti: ["beta"],
  corpusBLEUMetric: ["vocabSz", "axis"],
  topKAccuracy: ["k", "axis"],
  foregroundAcc: ["bkgIdx", "axis"],
  accuracyMulti: ["thresh", "sigmoid"],
};

/** Upstream's figure is meaningless, as the README of the cases says. */
const noTarget: ReadonlySet<string> = new Set(["brierScoreMulti"]);

/** Column names and values over an epoch, of the metrics that exist here. */
export const metricValues: Adapter = {
  kind: "metrics",
  accepts: ({ inputs, expected }) => Array.isArray(inputs["batches"]) && known(expected).length > 0,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const host = await createHost({ plugins: [engineTfjs, backendCpu, metrics], config: { backend: "cpu" } });
    const engine = host.resolve("engine");
    try {
      const checks: Check[] = [];
      for (const { result, name } of known(expected)) {
        const metric = host.registry("metrics").make([name, { ...upstreamDefaults[name], ...optionsOf(name, result.metric) }]);
        const got = await engine.scopeAsync(() => epochValue(metric, inputs as unknown as MetricInputs, engine));
        checks.push({ path: `${result.metric} value`, got, want: result.value ?? null });
        checks.push({ path: `${result.metric} column_name`, got: metric.name, want: result.column_name });
      }
      return checks;
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};

interface Known {
  readonly result: MetricResult;
  readonly name: string;
}

function known(expected: unknown): readonly Known[] {
  const results: readonly MetricResult[] = Array.isArray(expected) ? expected : [];
  return results.flatMap((result) => {
    const name = "value" in result ? registered(result.metric) : undefined;
    return name === undefined || noTarget.has(name) ? [] : [{ result, name }];
  });
}

function optionsOf(name: string, metric: string): Record<string, unknown> {
  const { args, positional } = parseCall(metric);
  const byPlace = positional.map((value, i) => [places[name]?.[i] ?? "axis", value] as const);
  return Object.fromEntries([...byPlace, ...args.map(({ key, value }) => [camel(key), value] as const)]);
}

/** Our name for fastai's function or class, compared without regard to case. */
function registered(metric: string): string | undefined {
  const wanted = camel(parseCall(metric).name).toLowerCase();
  return metricEntries.find(({ name, aliases = [] }) => [name, ...aliases].some((n) => n.toLowerCase() === wanted))?.name;
}

/** Functions are averaged, weighted by batch size; objects accumulate. */
async function epochValue(metric: Metric | MetricFunc, { batches, losses }: MetricInputs, engine: Engine): Promise<number | null> {
  const made = batches.map(({ pred, targ }, i) => ({ pred: make(pred), yb: [make(targ)], loss: scalar(decodeNumber(losses?.[i] ?? 0)) }));
  if (typeof metric !== "function") {
    metric.reset();
    for (const batch of made) await metric.accumulate({ ...batch, size: sizeOf(batch.yb), engine });
    return metric.value() ?? null;
  }
  let [total, count] = [0, 0];
  for (const { pred, yb } of made) {
    total += (metric(pred, ...yb).dataSync()[0] ?? NaN) * sizeOf(yb);
    count += sizeOf(yb);
  }
  return count === 0 ? null : total / count;
}

function sizeOf(yb: readonly Tensor[]): number {
  return yb[0]?.shape[0] ?? 0;
}

function make(json: unknown): Tensor {
  const { shape, dtype, data } = decodeTensor(json);
  return tensor([...data], [...shape], /^[iu]/.test(dtype) ? "int32" : "float32");
}

/** The training loss as the Recorder smooths it. */
export const smoothLoss: Adapter = {
  kind: "metrics",
  accepts: ({ inputs, expected }) => isTensor(inputs["losses"]) && typeof inputs["beta"] === "number" && Array.isArray(expected),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const smooth = new AvgSmoothLoss(Number(inputs["beta"]));
    const got = decodeTensor(inputs["losses"]).data.map((loss) => {
      smooth.add(loss);
      return smooth.value() ?? null;
    });
    return [{ path: "smooth losses", got, want: expected as unknown as Value }];
  },
};

/** Confusion matrix and report of decided class numbers. */
export const confusion: Adapter = {
  kind: "metrics",
  accepts: ({ inputs, expected }) => isTensor(inputs["pred"]) && isTensor(inputs["targ"]) && isTensor(expected["confusion_matrix"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const [preds, targs] = [inputs["pred"], inputs["targ"]].map((json) => Int32Array.from(decodeTensor(json).data));
    const matrix = decodeTensor(expected["confusion_matrix"]);
    const labels = [...Array(matrix.shape[0] ?? 0).keys()];
    const report = (expected["report"] ?? {}) as Record<string, unknown>;
    const { classes, accuracy, macro, weighted } = classificationReport(preds ?? [], targs ?? [], labels.map(String));
    const rows = new Map([...classes.map((row) => [row.name, row] as const), ["macro avg", macro], ["weighted avg", weighted]]);
    const checks: Check[] = [
      { path: "confusion_matrix", got: confusionMatrix(preds ?? [], targs ?? [], labels).flat(), want: matrix.data },
    ];
    for (const [name, want] of Object.entries(report)) {
      const row = rows.get(name);
      if (row === undefined) checks.push({ path: `report.${name}`, got: accuracy, want: want as Value });
      else checks.push({ path: `report.${name}`, got: [row.precision, row.recall, row.f1, row.support], want: rowOf(want) });
    }
    return checks;
  },
};

function rowOf(json: unknown): number[] {
  const row = json as Record<string, number>;
  return ["precision", "recall", "f1-score", "support"].map((key) => row[key] ?? NaN);
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
