import { createHost, type Host, type Optimizer, type Param } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { optimizerEntries, optimizers } from "@fastap/plugin-optimizers";
import { keep, tensor, tidy, variable } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";

interface Schedule {
  readonly combined_cos: readonly [pct: number, start: number, middle: number, end: number];
}

/** `inputs` of an optimizer case. */
interface OptimizerInputs {
  readonly optimizer: string;
  readonly args: Readonly<Record<string, number | boolean | readonly number[]>>;
  readonly lr_schedule: Schedule | null;
  readonly mom_schedule: Schedule | null;
  /** By parameter name; gradients have one more axis in front, the step. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly grads: Readonly<Record<string, unknown>>;
  readonly groups?: number;
  /** Parameters after the first are exempt from weight decay. */
  readonly nowd?: boolean;
}

/** Names of our state where fastai's in camelCase would differ. */
const stateKeys: Readonly<Record<string, string>> = { grad_avg: "avg" };

/** Every value of every parameter over the steps, and the moments at the end. */
export const optimizerSteps: Adapter = {
  kind: "optimizers",
  accepts: ({ inputs }) => {
    const { optimizer, params, grads } = inputs as Partial<OptimizerInputs>;
    if (optimizer === undefined || params === undefined || grads === undefined) return false;
    const [wanted] = registered(optimizer);
    return optimizerEntries.some(({ name, aliases = [] }) => name === wanted || aliases.includes(wanted));
  },
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const given = inputs as unknown as OptimizerInputs;
    const host = await createHost({ plugins: [engineTfjs, backendCpu, optimizers], config: { backend: "cpu" } });
    const params = makeParams(given);
    try {
      const opt = makeForeign(host, given, params) ?? makeOptimizer(host, given, params);
      const values = train(opt, given, params);
      const checks = params.map(({ name }) => ({ path: name, got: values.get(name) ?? [], want: decodeTensor(expected[name]).data }));
      checks.push(...((await stateChecks(opt, expected["final_state"])) as typeof checks));
      opt.dispose();
      return checks;
    } finally {
      for (const { value } of params) value.dispose();
      await host[Symbol.asyncDispose]();
    }
  },
};

/** `OptimWrapper(torch.optim.SGD)` is an optimizer of another library, which `optimWrapper` knows by name. */
function registered(optimizer: string): readonly [name: string, foreign?: string] {
  const [, wrapper, foreign] = /^(\w+)\(([\w.]+)\)$/.exec(optimizer) ?? [];
  return wrapper === undefined || foreign === undefined ? [optimizer] : [wrapper, foreign];
}

function makeParams({ params, nowd }: OptimizerInputs): Param[] {
  return Object.entries(params).map(([name, json], i) => {
    const { shape, data } = decodeTensor(json);
    const value = tidy(() => variable(tensor([...data], [...shape], "float32")));
    return { name, value, isNorm: false, isBias: nowd === true && i > 0, trainable: true };
  });
}

/** Foreign arguments go as they are. */
function makeForeign(host: Host, { optimizer, args, groups = 1 }: OptimizerInputs, params: readonly Param[]): Optimizer | undefined {
  const [name, opt] = registered(optimizer);
  if (opt === undefined) return undefined;
  const { lr, ...options } = args;
  const made = host.registry("optimizers").make([name, { opt, ...options }]);
  return made(splitGroups(params, groups), { lr: typeof lr === "number" ? lr : 0 });
}

function splitGroups(params: readonly Param[], groups: number): Param[][] {
  return Array.from({ length: groups }, (_, g) => params.filter((_, i) => Math.min(i, groups - 1) === g));
}

/** Lists of numbers are values per group: the first builds the optimizer, all are set afterwards. */
function makeOptimizer(host: Host, { optimizer, args, groups = 1 }: OptimizerInputs, params: readonly Param[]): Optimizer {
  const named = Object.entries(args).map(([key, value]) => [camel(key), value] as const);
  const options = Object.fromEntries(
    named.filter(([key]) => key !== "lr").map(([key, value]) => [key, Array.isArray(value) ? value[0] : value]),
  );
  const { lr } = args;
  const opt = host.registry("optimizers").make([optimizer, options])(splitGroups(params, groups), { lr: typeof lr === "number" ? lr : 0 });
  for (const [key, value] of named) if (Array.isArray(value)) opt.setHyper(key, value);
  return opt;
}

function train(opt: Optimizer, { grads, lr_schedule, mom_schedule }: OptimizerInputs, params: readonly Param[]): Map<string, number[]> {
  const decoded = Object.entries(grads).map(([name, json]) => ({ name, ...decodeTensor(json) }));
  const steps = decoded[0]?.shape[0] ?? 0;
  const values = new Map(params.map(({ name }) => [name, [] as number[]]));
  for (let i = 0; i < steps; i++) {
    if (lr_schedule !== null) opt.setHyper("lr", combinedCos(lr_schedule, i / steps));
    if (mom_schedule !== null) opt.setHyper("mom", combinedCos(mom_schedule, i / steps));
    const step = new Map(decoded.map(({ name, shape, data }) => [name, slice(data, shape, i)]));
    void opt.step(step);
    opt.zeroGrad(step);
    for (const { name, value } of params) values.get(name)?.push(...value.dataSync());
  }
  return values;
}

/** Two half cosines that meet at `pct`. Written out here, so that a wrong schedule cannot hide in a right optimizer. */
function combinedCos({ combined_cos: [pct, start, middle, end] }: Schedule, pos: number): number {
  const [from, to, p] = pos < pct ? [start, middle, pos / pct] : [middle, end, (pos - pct) / (1 - pct)];
  return from + ((1 - Math.cos(Math.PI * p)) * (to - from)) / 2;
}

function slice(data: readonly number[], shape: readonly number[], i: number): Param["value"] {
  const rest = shape.slice(1);
  const size = rest.reduce((a, b) => a * b, 1);
  return keep(tensor(data.slice(i * size, (i + 1) * size), rest, "float32"));
}

/** `do_wd` is a mark of the parameter here, not state. */
async function stateChecks(opt: Optimizer, expected: unknown): Promise<readonly Check[]> {
  const { numbers, tensors } = await opt.stateDict();
  const states = Object.entries((expected ?? {}) as Record<string, Record<string, unknown>>);
  return states.flatMap(([name, state]) =>
    Object.entries(state)
      .filter(([key]) => key !== "do_wd")
      .map(([key, want]): Check => {
        const ours = `${name}.${stateKeys[key] ?? camel(key)}`;
        const stored = tensors.get(ours);
        const got: Value = stored === undefined ? (numbers[ours] ?? null) : Array.from(stored.data, Number);
        return { path: `final_state.${name}.${key}`, got, want: wanted(want, Array.isArray(got)) };
      }),
  );
}

/** A tensor's numbers; fastai keeps some scalars as plain numbers, and PyTorch counts as tensors. */
function wanted(json: unknown, asList: boolean): Value {
  if (typeof json === "object") return asList ? decodeTensor(json).data : (decodeTensor(json).data[0] ?? null);
  return asList ? [json as number] : (json as Value);
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
