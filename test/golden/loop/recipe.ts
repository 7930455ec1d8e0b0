import type { Callback, HyperValue, Spec } from "@fastap/kernel";
import type { FitOptions, Learner } from "@fastap/plugin-learner";
import type {} from "@fastap/plugin-schedulers";
import { callsIn, type PyCall, type PyValue } from "./python-call.ts";

type Named = Readonly<Record<string, unknown>>;

/** What a recipe does: options of the Learner, then one action after the other. */
export interface Recipe {
  readonly learner: Readonly<Record<string, unknown>>;
  readonly actions: readonly PyCall[];
  readonly cbs: readonly PyCall[];
}

const ACTIONS = ["fit", "fit_one_cycle", "fit_flat_cos", "fit_sgdr", "fine_tune", "freeze", "freeze_to", "unfreeze", "save", "load"];
const CALLBACKS = [
  "GradientAccumulation",
  "GradientClip",
  "MixUp",
  "CutMix",
  "BnFreeze",
  "ShortEpochCallback",
  "SaveModel",
  "EarlyStopping",
  "ReduceLROnPlateau",
];

/** `Learner(train_bn=False); freeze(); fit(1, 0.1, cbs=BnFreeze())`, `fit(2, 5e-2) with GradientAccumulation(16), bs 4` … */
export function parseRecipe(text: string): Recipe {
  const calls = callsIn(text, [...ACTIONS, ...CALLBACKS]);
  const flags = text.matchAll(/recorder\.(\w+)\s*=\s*True/g);
  const learner = { ...camelKeys(calls.find(({ call }) => call === "Learner")?.kwargs ?? {}) };
  return {
    learner: { ...learner, ...Object.fromEntries(Array.from(flags, ([, flag = ""]) => [camel(flag), true])) },
    actions: calls.filter(({ call }) => ACTIONS.includes(call)),
    cbs: calls.filter(({ call }) => CALLBACKS.includes(call)),
  };
}

/** Runs one action; names in its arguments are looked up in the inputs of the case. */
export async function act(learner: Learner, action: PyCall, inputs: Named, cbs: readonly Callback[]): Promise<void> {
  const [first, second, third] = action.args.map((arg) => resolve(arg, inputs));
  const { cbs: own, lr, lr_max: lrMax, ...rest } = action.kwargs;
  const given = camelKeys(Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, resolve(value, inputs)])));
  const options: FitOptions = { ...given, cbs: [...cbs, ...callbacksOf(learner, own, inputs)] };
  const rate = (positional: unknown): HyperValue | undefined =>
    (resolve(lr ?? lrMax ?? null, inputs) ?? positional) as HyperValue | undefined;
  switch (action.call) {
    case "fit":
      return learner.fit(Number(first), rate(second), options);
    case "fit_one_cycle":
      return learner.fitOneCycle(Number(first), rate(second), options);
    case "fit_flat_cos":
      return learner.fitFlatCos(Number(first), rate(second), options);
    case "fit_sgdr":
      return learner.fitSgdr(Number(first), Number(second), rate(third), options);
    case "fine_tune":
      return learner.fineTune(Number(first), { ...options, ...(second === undefined ? {} : { baseLr: Number(second) }) });
    case "freeze":
      return learner.freeze();
    case "freeze_to":
      return learner.freezeTo(Number(first));
    case "unfreeze":
      return learner.unfreeze();
    default:
      throw new Error(`no such action: ${action.call}`);
  }
}

/** Made by name, with the first argument under the name it has in the cases. */
export function callbackOf(learner: Learner, { call, args, kwargs }: PyCall, inputs: Named): Callback {
  const names = POSITIONS[call] ?? [];
  const positional = Object.fromEntries(args.map((arg, i) => [names[i] ?? "?", resolve(arg, inputs)]));
  const fromInputs = Object.fromEntries(names.filter((name) => snake(name) in inputs).map((name) => [name, inputs[snake(name)]]));
  const named = camelKeys(Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [key, resolve(value, inputs)])));
  const name = learner.host.registry("callbacks").has(call) ? call : `${call}Callback`;
  const spec: Spec = [name, { ...fromInputs, ...positional, ...named }];
  return learner.host.registry("callbacks").make(spec);
}

const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  GradientAccumulation: ["nAcc"],
  GradientClip: ["maxNorm", "normType"],
  MixUp: ["alpha"],
  CutMix: ["alpha"],
  ShortEpochCallback: ["pct", "shortValid"],
  SaveModel: ["monitor"],
  EarlyStopping: ["monitor"],
  ReduceLROnPlateau: ["monitor"],
};

function callbacksOf(learner: Learner, value: PyValue | undefined, inputs: Named): Callback[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? (value as readonly PyValue[]) : [value];
  return list.map((item) => {
    const call = typeof item === "object" && item !== null && "identifier" in item ? { call: item.identifier, args: [], kwargs: {} } : item;
    return callbackOf(learner, call as PyCall, inputs);
  });
}

function resolve(value: PyValue, inputs: Named): unknown {
  if (typeof value !== "object" || value === null) return value ?? undefined;
  if ("identifier" in value) return inputs[value.identifier] ?? value.identifier;
  return value;
}

export function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelKeys(values: Named): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [camel(key), value]));
}
