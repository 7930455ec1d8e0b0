import { createHost, definePlugin } from "@fastap/kernel";
import type {
  DataLoaders,
  Engine,
  Grads,
  Host,
  HyperValue,
  Hypers,
  Loader,
  LossFunc,
  Model,
  OptFunc,
  Param,
  Run,
  Tensor,
} from "@fastap/kernel";
import { learner as learnerPlugin, Learner } from "@fastap/plugin-learner";
import { resolveHyper } from "@fastap/plugin-optimizers";
import { combinedCos, combineScheds, SchedCos, SchedExp, SchedLin, SchedNo, schedulers, SchedPoly } from "@fastap/plugin-schedulers";
import type { Level, LrFindOptions, Sched } from "@fastap/plugin-schedulers";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";

type Inputs = Record<string, unknown>;

/** Curves, their combination, and the hypers of every iteration of a recipe run by a real host and Learner. */
export const schedules: Adapter = {
  kind: "schedules",
  accepts: (c) => runnerOf(c) !== undefined,
  async run(c) {
    const got = await runnerOf(c)?.(c.inputs, c.expected);
    const wanted = "pairs" in c.inputs ? withFormulas(c) : c.expected;
    return Object.entries(plain(wanted) as Record<string, Value>).flatMap(([path, want]) => compare(path, pick(got, path), want));
  },
};

function runnerOf({ inputs, expected }: GoldenCase): ((inputs: Inputs, expected: unknown) => unknown) | undefined {
  const { args } = inputs;
  if (typeof args === "object" && args !== null && "start_lr" in args) return finding;
  if ("error" in expected) return undefined; // raises upstream: no numbers to meet
  if ("pairs" in inputs) return curves;
  if ("combos" in inputs) return combinations;
  if ("pcts" in inputs && "lr_max" in inputs) return cosines;
  if ("values" in inputs && "n_groups" in inputs) return spreads;
  if (typeof inputs["method"] === "string" && inputs["method"] in METHODS) return hypers;
  return undefined;
}

const numbers = (value: unknown): number[] => plain(value) as number[];
const MAKERS: Record<string, (a: Level, b: Level, power: number) => Sched> = {
  Lin: SchedLin,
  Cos: SchedCos,
  No: SchedNo,
  Exp: SchedExp,
  Poly: SchedPoly,
};

/** A row for each of the given pairs; which curves it has is read from the names of the captured ones. */
function curves(inputs: Inputs, expected: unknown): Value {
  const pos = numbers(inputs["pos"]);
  const rows = expected as Inputs[];
  return (inputs["pairs"] as [number, number][]).map(([start, end], i) =>
    Object.fromEntries(Object.keys(rows[i] ?? {}).map((key) => [key, { start, end }[key] ?? curve(key, start, end, pos)])),
  ) as unknown as Value;
}

function curve(key: string, start: number, end: number, pos: readonly number[]): unknown {
  const power = /^poly_?(.+)$/.exec(key)?.[1];
  const name = power === undefined ? key.charAt(0).toUpperCase() + key.slice(1) : "Poly";
  const values = MAKERS[name] === undefined ? undefined : pos.map(MAKERS[name](start, end, Number(power)));
  return values ?? `no curve "${key}"`;
}

function withFormulas({ inputs, expected }: GoldenCase): Inputs[] {
  const pos = numbers(inputs["pos"]);
  return (expected as unknown as Inputs[]).map((row) => captured(row, pos));
}

/** Where nothing was captured, as of an exponential to 0, the reference's formula in words stands for it: s·(e/s)^p. */
function captured(row: Inputs, pos: readonly number[]): Inputs {
  const [start, end] = [Number(row["start"]), Number(row["end"])];
  const formula = (key: string): unknown => (key === "exp" ? pos.map((p) => start * (end / start) ** p) : null);
  return Object.fromEntries(Object.entries(row).map(([key, want]) => [key, want === null ? formula(key) : want]));
}

function combinations(inputs: Inputs): Value {
  return (inputs["combos"] as { pcts: number[]; scheds: [string, number, number, number][] }[]).map(({ pcts, scheds }) => {
    const pieces = scheds.map(([name, start, end, power]) => (MAKERS[name] ?? SchedNo)(start, end, power));
    return numbers(inputs["pos"]).map(combineScheds(pcts, pieces)) as Value;
  });
}

function cosines(inputs: Inputs): Value {
  const [peak, div, divFinal] = [numbers(inputs["lr_max"]), Number(inputs["div"]), Number(inputs["div_final"])];
  const over = (by: number): number[] => peak.map((lr) => lr / by);
  return numbers(inputs["pcts"]).map((pct) => numbers(inputs["pos"]).map(combinedCos(pct, over(div), peak, over(divFinal))) as Value);
}

function spreads(inputs: Inputs): Value {
  const counts = numbers(inputs["n_groups"]);
  return (inputs["values"] as HyperValue[]).map((value) => counts.map((n) => resolveHyper("lr", value, n)));
}

/** What the recipes take first, by name; all else are their options. */
interface Args {
  readonly nEpoch: number;
  readonly epochs: number;
  readonly nCycles: number;
  readonly cycleLen: number;
  readonly lr?: HyperValue;
  readonly lrMax?: HyperValue;
  readonly wd?: HyperValue;
}

const METHODS: Record<string, (learn: Learner, args: Args) => Promise<void>> = {
  fit: (learn, { nEpoch, lr, ...rest }) => learn.fit(nEpoch, lr, rest),
  fit_one_cycle: (learn, { nEpoch, lrMax, ...rest }) => learn.fitOneCycle(nEpoch, lrMax, rest),
  fit_flat_cos: (learn, { nEpoch, lr, ...rest }) => learn.fitFlatCos(nEpoch, lr, rest),
  fit_sgdr: (learn, { nCycles, cycleLen, lrMax, ...rest }) => learn.fitSgdr(nCycles, cycleLen, lrMax, rest),
  fine_tune: (learn, { epochs, ...rest }) => learn.fineTune(epochs, rest),
};

/** The rates of a learning-rate search. Where upstream raises on rates by group, ours are equal ratios in each (quirk 19). */
async function finding(inputs: Inputs, expected: unknown): Promise<unknown> {
  const lr = await spied(inputs, async (learn, args) => void (await learn.lrFind(args as unknown as LrFindOptions)));
  if (!("error" in (expected as Inputs))) return { lr: lr.lr, n_iter: lr.lr.length };
  const { start_lr: start, end_lr: end, num_it: numIt } = inputs["args"] as Record<string, readonly number[]> & { readonly num_it: number };
  const want = lr.lr.map((_, i) => start?.map((s, k) => s * ((end?.[k] ?? NaN) / s) ** (i / numIt)));
  const close = lr.lr.every((row, i) => row.every((rate, k) => Math.abs(rate / (want[i]?.[k] ?? NaN) - 1) < 1e-6));
  return { error: close && lr.lr.length === numIt ? (expected as Inputs)["error"] : "rates by group are not equal ratios" };
}

/** `[iteration][group]` of each hyper, as read after every backward. */
function hypers(inputs: Inputs): Promise<unknown> {
  return spied(inputs, async (learn, args) => await METHODS[String(inputs["method"])]?.(learn, args));
}

async function spied(
  inputs: Inputs,
  train: (learn: Learner, args: Args) => Promise<void>,
): Promise<{ lr: number[][]; mom: number[][]; wd: number[][] }> {
  const seen: Hypers[][] = [];
  const host = await createHost({ plugins: [learnerPlugin, schedulers, inert] });
  const spy = { name: "spy", afterBackward: ({ opt }: Run) => void seen.push((opt?.groups ?? []).map((group) => ({ ...group.hypers }))) };
  const options = camelKeys((inputs["learner"] ?? {}) as Inputs);
  const learn = new Learner(host, loaders(Number(inputs["n_train_batches"])), model(Number(inputs["n_groups"])), {
    ...options,
    lossFunc,
    optFunc,
    splitter: (m) => m.parameters().map((param) => [param]),
    cbs: [spy],
  });
  await train(learn, camelKeys((inputs["args"] ?? {}) as Inputs) as unknown as Args);
  await host[Symbol.asyncDispose]();
  const column = (name: string): number[][] => seen.map((groups) => groups.map((group) => group[name] ?? NaN));
  return { lr: column("lr"), mom: column("mom"), wd: column("wd") };
}

const scalar = { shape: [1], dtype: "float32", isDisposed: false, dispose: () => undefined } as unknown as Tensor;
const params = (n: number): Param[] =>
  Array.from({ length: n }, (_, i) => ({ name: `${i}.weight`, value: scalar, isNorm: false, isBias: false, trainable: true }));
const model = (n: number): Model => {
  const all = params(n);
  const nothing = (): undefined => undefined;
  return {
    init: nothing,
    forward: () => scalar,
    parameters: () => all,
    train: nothing,
    stateDict: async () => new Map(),
    loadStateDict: nothing,
    dispose: nothing,
  };
};
const lossFunc: LossFunc = {
  name: "zero",
  yInt: false,
  reduction: "mean",
  forward: () => scalar,
  withReduction: () => lossFunc,
  activation: (p) => p,
  decodes: (p) => p,
};
const loader = (length: number): Loader => ({
  length,
  async *[Symbol.asyncIterator]() {
    for (let i = 0; i < length; i++) yield [scalar, scalar];
  },
});
function loaders(length: number): DataLoaders {
  const [train, valid] = [loader(length), loader(1)];
  return { train, valid, loaders: [train, valid] };
}

/** Adam's default hypers, and no steps. */
const optFunc: OptFunc = (groups, { lr }) => {
  const state = groups.map((group) => ({ params: group, hypers: { lr, mom: 0.9, sqrMom: 0.99, eps: 1e-5, wd: 0.01 } as Hypers }));
  const nothing = (): undefined => undefined;
  return {
    name: "still",
    groups: state,
    frozenIdx: 0,
    setHyper: (name, value) =>
      resolveHyper(name, value, state.length).forEach((v, i) => void Object.assign(state[i]?.hypers ?? {}, { [name]: v })),
    step: nothing,
    zeroGrad: (grads: Grads) => grads.clear(),
    freezeTo: nothing,
    clearState: nothing,
    stateDict: async () => ({ hypers: [], numbers: {}, tensors: new Map() }),
    loadStateDict: nothing,
    dispose: nothing,
  };
};

/** An engine whose every tensor is the same scalar: schedules need no arithmetic. */
const inert = definePlugin({
  meta: { name: "inert", version: "0.1.0", kernel: "^0.1.0", provides: ["engine", "random"] },
  apply(host: Host) {
    const engine = {
      name: "inert",
      backend: "none",
      valueAndGrad: (_: unknown, f: () => Tensor) => ({ value: f(), grads: new Map() }),
      scope: <T>(f: () => T) => f(),
      scopeAsync: <T>(f: () => Promise<T>) => f(),
      keep: <T>(t: T) => t,
      add: (a: Tensor) => a,
      from: () => scalar,
      read: async () => Float32Array.of(0),
      memory: () => ({ tensors: 0, bytes: 0 }),
      ops: { findNotFinite: () => -1 },
      preflight: () => undefined,
    } as unknown as Engine;
    host.provide("engine", () => engine);
    host.provide("random", () => ({ state: () => [], restore: () => undefined }) as never);
  },
});

function camelKeys(object: Inputs): Inputs {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase()), value]),
  );
}

/** Tensors of the golden schema as nested lists. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("data" in value && "shape" in value && Array.isArray(value.data)) return value.data;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function pick(from: unknown, key: string): unknown {
  return (from as Record<string, unknown> | undefined)?.[key];
}

/** Objects are taken apart, so that a path leads to every list. */
function compare(path: string, got: unknown, want: unknown): Check[] {
  if (typeof want !== "object" || want === null || Array.isArray(want)) return [{ path, got: (got ?? null) as Value, want: want as Value }];
  return Object.entries(want).flatMap(([key, inner]) => compare(`${path}.${key}`, pick(got, key), inner));
}
