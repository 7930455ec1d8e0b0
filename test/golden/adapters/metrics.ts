import { createHost, type Engine, type Metric, type MetricFunc, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { metricEntries, metrics } from "@fastap/plugin-metrics";
import { scalar, tensor } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { decodeNumber, decodeTensor } from "../tensor.ts";
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

/** fastai's defaults where ours differ, being channels last. */
const upstreamDefaults: Readonly<Record<string, Record<string, unknown>>> = { foregroundAcc: { axis: 1 } };

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
        const args = parseCall(result.metric).args.map(({ key, value }) => [camel(key), value] as const);
        const metric = host.registry("metrics").make([name, { ...upstreamDefaults[name], ...Object.fromEntries(args) }]);
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
    return name === undefined ? [] : [{ result, name }];
  });
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

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
