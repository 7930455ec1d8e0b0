import type { Callback, Run } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { cutMix, mixUp, type Draws, type MixHandler } from "@fastap/plugin-mixup";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { channelsFirst } from "../loop/columns.ts";
import { lossSpec, specOf } from "../loop/names.ts";
import type { PyCall } from "../loop/python-call.ts";
import { act, callbackOf, parseRecipe } from "../loop/recipe.ts";
import { weightChecks } from "../loop/weight-checks.ts";
import { withLearner } from "../loop/with-learner.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

/** `inputs` of a fit. */
interface FitInputs {
  readonly X: unknown;
  readonly Y: unknown;
  readonly valid_X: unknown;
  readonly valid_Y: unknown;
  readonly bs: number;
  readonly initial_weights: Readonly<Record<string, unknown>>;
  readonly loss: string;
  readonly optimizer: string;
  readonly recipe: string;
  readonly model?: string;
  readonly metrics?: readonly string[];
  readonly beta_draws?: readonly unknown[];
  readonly permutations?: readonly unknown[];
  /** cx, cy of each batch. */
  readonly centres?: readonly number[];
}

/** A mixed batch as a case has it. */
interface Mixed {
  readonly x: Value;
  readonly lam: Value;
  readonly y: Value;
}

const fields = ["X", "Y", "valid_X", "valid_Y", "bs", "initial_weights", "loss", "optimizer", "recipe"];

/** Recipes of a Learner: the record, every loss, the weights at the end, the predictions. */
export const loopFit: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => fields.every((field) => field in inputs),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const given = inputs as unknown as FitInputs;
    const recipe = parseRecipe(given.recipe);
    const seen = new Watch();
    const setup = {
      ...given,
      weights: given.initial_weights,
      loss: lossSpec(given.loss),
      opt: specOf(given.optimizer),
      metrics: given.metrics ?? metricsOf(expected["metric_names"]),
      ...recipe.learner,
      cbs: [seen.callback],
    };
    return withLearner(setup, async (learner) => {
      const cbs = recipe.cbs.filter(({ call }) => !given.recipe.includes(`cbs=${call}`)).map((call) => made(learner, call, inputs, seen));
      for (const action of recipe.actions) await act(learner, action, inputs, cbs);
      return checksOf(learner, expected, seen);
    });
  },
};

function made(learner: Learner, call: PyCall, inputs: Readonly<Record<string, unknown>>, seen: Watch): Callback {
  const make = { MixUp: mixUp, CutMix: cutMix }[call.call];
  const given = inputs as unknown as FitInputs;
  if (make === undefined || given.beta_draws === undefined) return callbackOf(learner, call, inputs);
  seen.mix = make({ draws: drawsOf(given) });
  return seen.mix;
}

function drawsOf({ beta_draws = [], permutations = [], centres = [] }: FitInputs): Draws {
  const [shares, orders, whole] = [beta_draws.map(decodeTensor), permutations.map(decodeTensor), [...centres]];
  return {
    beta: () => shares.shift()?.data ?? [],
    permutation: () => orders.shift()?.data ?? [],
    int: () => whole.shift() ?? NaN,
  };
}

/** Losses of every batch of every run, and the batches that a mix made. */
class Watch {
  readonly train: number[] = [];
  readonly valid: number[] = [];
  readonly mixed: Mixed[] = [];
  lrSum = 0;
  mix: MixHandler | undefined;
  readonly callback: Callback = {
    name: "watch",
    stage: "report",
    beforeBatch: (run) => this.#look(run),
    afterBatch: (run) => this.#note(run),
  };

  async #look(run: Run): Promise<void> {
    const [x, y] = [run.xb[0], run.yb[0]];
    if (!run.training || this.mix === undefined || x === undefined || y === undefined) return;
    const lam = [...(this.mix.lam ?? [])];
    const rows = channelsFirst(await run.engine.read(x), x.shape);
    this.mixed.push({ x: rows, lam, y: Array.from(await run.engine.read(y)) });
  }

  async #note({ engine, loss, training, opt }: Run): Promise<void> {
    if (training) this.lrSum += opt?.groups.at(-1)?.hypers["lr"] ?? 0;
    if (loss !== undefined) (training ? this.train : this.valid).push((await engine.read(loss))[0] ?? NaN);
  }
}

async function checksOf(learner: Learner, expected: Readonly<Record<string, unknown>>, seen: Watch): Promise<Check[]> {
  const { recorder } = learner;
  const { preds } = await learner.getPreds();
  const state = await learner.model.stateDict();
  const ours: Record<string, Value> = {
    metric_names: (recorder?.metricNames ?? []).filter((name) => name !== "time").map(plain),
    values: (recorder?.values ?? []).map((row) => row.map((cell) => cell ?? null)),
    losses_smooth: recorder?.losses ?? [],
    lrs: recorder?.lrs ?? [],
    moms: recorder?.hps["mom"] ?? [],
    iters: recorder?.iters ?? [],
    raw_train_losses: seen.train,
    raw_valid_losses: seen.valid,
    valid_preds_activated: Array.from(preds.data),
  };
  const checks = Object.entries(expected)
    .filter(([key]) => key in ours)
    .map(([key, want]): Check => ({ path: key, got: ours[key] ?? null, want: wanted(key, want) }));
  checks.push(
    ...weightChecks(
      "final_weights",
      state,
      (expected["final_weights"] ?? {}) as Record<string, unknown>,
      learner.opt?.name.startsWith("sgd") === true ? 0 : seen.lrSum,
    ),
  );
  const batches = Object.entries(expected).find(([key]) => key.startsWith("batches_after_"))?.[1] ?? [];
  return [...checks, ...mixedChecks(batches as readonly Mixed[], seen.mixed)];
}

function mixedChecks(want: readonly Mixed[], got: readonly Mixed[]): Check[] {
  return want.flatMap((batch, i) =>
    Object.entries(batch).map(([key, value]) => {
      const flat = isTensor(value) ? decodeTensor(value).data : [value as number];
      return { path: `batches_after_mix[${i}].${key}`, got: got[i]?.[key as keyof Mixed] ?? null, want: flat };
    }),
  );
}

function wanted(key: string, want: unknown): Value {
  if (isTensor(want)) return decodeTensor(want).data;
  return key === "metric_names" ? (want as string[]).filter((name) => name !== "time").map(plain) : (want as Value);
}

/** The metrics that head the columns, where the inputs do not name them. */
function metricsOf(columns: unknown): string[] {
  const names = ((columns ?? []) as string[]).filter((name) => !/^(epoch|time|(train|valid)_loss)$/.test(name));
  return [...new Set(names.map((name) => name.replace(/^(train|valid)_/, "")))];
}

/** fastai heads a column with the Python function's name: `_rmse`, `r2_score`. */
function plain(name: string): string {
  return name.replace(/^_/, "");
}
