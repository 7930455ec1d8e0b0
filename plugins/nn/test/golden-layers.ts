import type { Engine, Random, StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import type { Module } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { mb32 } from "./mb32.ts";

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data?: readonly (number | string)[];
  readonly mb32?: { readonly key: string; readonly lo: number; readonly hi: number };
}
type Cotangent = GoldenTensor | { readonly scheme: "mb32"; readonly key: string; readonly lo: number; readonly hi: number };
type State = Readonly<Record<string, GoldenTensor>>;
type GradSummary = { readonly l2: number; readonly sum: number; readonly absmax: number; readonly first: readonly number[] };
export interface LayerCase {
  readonly inputs: {
    readonly x: readonly GoldenTensor[];
    readonly state_dict?: State;
    readonly state_dict_keys: readonly (readonly [string, readonly number[]])[];
    readonly weights?: { readonly seed: string };
    readonly cotangent: Cotangent;
  };
  readonly expected: {
    readonly eval_output: GoldenTensor;
    readonly train_output: GoldenTensor;
    readonly param_grads: Readonly<Record<string, GoldenTensor | GradSummary>>;
    readonly input_grads: readonly (GoldenTensor | GradSummary)[];
    readonly buffers_after_train_forward?: State;
  };
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function values(tensor: GoldenTensor): number[] {
  if (tensor.mb32 === undefined) return (tensor.data ?? []).map(Number);
  const { key, lo, hi } = tensor.mb32;
  return Array.from(mb32(key, sizeOf(tensor.shape)), (u) => Math.fround(lo + u * (hi - lo)));
}

/** Rank 4 from NCHW to NHWC; other ranks as they are. */
export function fromGolden(tensor: GoldenTensor): Tensor {
  const dtype = tensor.dtype.startsWith("i") ? "int32" : "float32";
  const plain = tf.tensor(values(tensor), [...tensor.shape], dtype);
  return plain.rank === 4 ? tf.transpose(plain, [0, 2, 3, 1]) : plain;
}

/** Back, as numbers in PyTorch's order. */
export const toGolden = (tensor: Tensor): number[] =>
  Array.from((tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor).dataSync());

export function goldenState(inputs: Pick<LayerCase["inputs"], "state_dict" | "weights" | "state_dict_keys">): StateDict {
  if (inputs.state_dict !== undefined)
    return new Map(Object.entries(inputs.state_dict).map(([k, t]) => [k, stored(t.shape, t.dtype, values(t))]));
  return new Map(inputs.state_dict_keys.map(([k, shape]) => [k, formula(`${inputs.weights?.seed ?? ""}/${k}`, k, shape)]));
}

function formula(key: string, name: string, shape: readonly number[]): StoredTensor {
  if (name.endsWith("num_batches_tracked")) return stored(shape, "i64", [0]);
  const u = mb32(key, sizeOf(shape));
  const centred = (scale: number): number[] => Array.from(u, (v) => (2 * v - 1) * scale);
  const aboveHalf = name.endsWith("running_var") || (!name.endsWith("running_mean") && shape.length <= 1 && /(weight|gamma)$/.test(name));
  if (aboveHalf)
    return stored(
      shape,
      "f32",
      Array.from(u, (v) => 0.5 + v),
    );
  return stored(shape, "f32", centred(shape.length <= 1 ? 0.1 : Math.sqrt(6 / sizeOf(shape.slice(1)))));
}

function stored(shape: readonly number[], dtype: string, data: readonly number[]): StoredTensor {
  if (dtype === "i64") return { dtype: "I64", shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype: "F32", shape, data: Float32Array.from(data) };
}

export interface Mismatch {
  readonly what: string;
  readonly worst: number;
}

/** Runs one case of `layers/` or `models/` of that schema; an empty list means that all agrees within the tolerance. */
export async function runLayerCase(module: Module, golden: LayerCase, services: { engine: Engine; random: Random }): Promise<Mismatch[]> {
  const { engine } = services;
  const { inputs, expected, tolerance } = golden;
  const mismatches: Mismatch[] = [];
  const compare = (what: string, got: readonly number[], want: readonly number[]): void => {
    const worst = want.reduce((w, v, i) => Math.max(w, excess(got[i], v, tolerance)), got.length === want.length ? 0 : Infinity);
    if (worst > 1) mismatches.push({ what, worst });
  };
  module.init(services);
  module.loadStateDict(goldenState(inputs));
  await engine.scopeAsync(async () => {
    const xs = inputs.x.map(fromGolden);
    module.train(false);
    compare("eval_output", toGolden(module.forward(...xs) as Tensor), values(expected.eval_output));
    module.train(true);
    const given = inputs.cotangent;
    const cotangent = fromGolden("scheme" in given ? { shape: expected.train_output.shape, dtype: "f32", mb32: given } : given);
    const params = new Map<string, Tensor>(module.parameters().map((p) => [p.name, p.value]));
    xs.forEach((x, i) => params.set(`input ${i}`, x));
    const { grads } = engine.valueAndGrad(params, () => {
      const y = module.forward(...xs) as Tensor;
      compare("train_output", toGolden(y), values(expected.train_output));
      return tf.sum(tf.mul(y, cotangent)) as Tensor;
    });
    for (const parameter of module.parameters()) {
      const want = expected.param_grads[parameter.name];
      const grad = grads.get(parameter.name);
      if (want === undefined || grad === undefined) mismatches.push({ what: `gradient ${parameter.name} is missing`, worst: Infinity });
      else compareGrad(parameter.name, parameter.toStored(Float32Array.from(grad.dataSync())), want, compare);
    }
    expected.input_grads.forEach((want, i) =>
      compareGrad(`input ${i}`, Float32Array.from(toGolden(grads.get(`input ${i}`) as Tensor)), want, compare),
    );
  });
  const state = await module.stateDict();
  for (const [name, want] of Object.entries(expected.buffers_after_train_forward ?? {}))
    compare(name, Array.from(state.get(name)?.data ?? [], Number), values(want));
  return mismatches;
}

function compareGrad(
  name: string,
  got: Float32Array,
  want: GoldenTensor | GradSummary,
  compare: (w: string, g: number[], x: number[]) => void,
): void {
  if ("shape" in want) return compare(`gradient ${name}`, [...got], values(want));
  const sum = got.reduce((a, v) => a + v, 0);
  const largest = got.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  compare(`gradient ${name}, l2 and absmax`, [Math.sqrt(got.reduce((a, v) => a + v * v, 0)), largest], [want.l2, want.absmax]);
  compare(`gradient ${name}, sum and first`, [sum, ...got.slice(0, want.first.length)], [want.sum, ...want.first]);
}

function excess(got: number | undefined, want: number, { rel, abs }: LayerCase["tolerance"]): number {
  if (got === undefined || Number.isNaN(got)) return Infinity;
  return Math.abs(got - want) / (abs + rel * Math.abs(want) || Number.MIN_VALUE);
}
