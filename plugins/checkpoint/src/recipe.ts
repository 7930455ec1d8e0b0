import type { Callback, Run } from "@fastap/kernel";

/** What decides what a run computes, as plain data: by key, so that two can be compared. */
export type Recipe = Readonly<Record<string, unknown>>;

/** Hypers that a one-cycle fit leaves changed, so that the next one starts with other values; the state has them anyway. */
const SCHEDULED: ReadonlySet<string> = new Set(["mom"]);

export function recipeOf(run: Run): Recipe {
  const { host, engine, model, opt, learner, cbs = [] } = run;
  const groups = (opt?.groups ?? []).map(({ params, hypers }) => ({
    params: params.length,
    ...Object.fromEntries(Object.entries(hypers).filter(([name]) => !SCHEDULED.has(name))),
  }));
  return {
    backend: engine.backend,
    seed: host.config.seed,
    versions: Object.fromEntries(host.plugins.map(({ meta }) => [meta.name, meta.version])),
    task: host.config.task === undefined ? undefined : { ...host.config.task, out: undefined, fit: undefined },
    nEpoch: run.nEpoch,
    model: Object.fromEntries(model.parameters().map(({ name, value }) => [name, [...value.shape]])),
    loss: run.lossFunc.name,
    metrics: learner?.metrics.map(({ name }) => name) ?? [],
    optimizer: { name: opt?.name, groups },
    loaders: learner?.dls.loaders.map((dl) => ({ batches: dl.length, ...sizes(dl) })) ?? [],
    callbacks: cbs.filter(counts).map(({ name, recipe }) => ({ name, recipe })),
  };
}

/** Those that say nothing of themselves (one that stops, one that prints) may come and go. */
function counts({ recipe, state }: Callback): boolean {
  return recipe !== undefined || state !== undefined;
}

/** A line for every value that differs: `optimizer.name: "adam" there, "sgd" here`. Plugins that only one side has do not count. */
export function differences(there: unknown, here: unknown, path = ""): string[] {
  if (isRecord(there) && isRecord(here)) {
    const keys = [...new Set([...Object.keys(there), ...Object.keys(here)])];
    const both = path === "versions" ? keys.filter((key) => Object.hasOwn(there, key) && Object.hasOwn(here, key)) : keys;
    return both.flatMap((key) => differences(there[key], here[key], path === "" ? key : `${path}.${key}`));
  }
  const [a, b] = [show(there), show(here)];
  return a === b ? [] : [`${path}: ${a} there, ${b} here`];
}

/** Of data's loaders; others tell only how many batches they have. */
function sizes(dl: object): Record<string, unknown> {
  const keys = ["bs", "n", "shuffle", "dropLast", "recipe"];
  const known: Record<string, unknown> = { ...Object.fromEntries(keys.map((key) => [key, undefined])) };
  for (const key of keys) if (key in dl) known[key] = dl[key as keyof typeof dl];
  return known;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
