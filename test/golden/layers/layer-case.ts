import type { StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import { tensor, transpose } from "@tensorflow/tfjs-core";
import { decodeNumber, decodeTensor, mb32Uniform } from "../tensor.ts";

/** `inputs` of the cases that run one module; weights are given as numbers or as the seed of a formula. */
export interface LayerInputs {
  readonly module: string;
  readonly x: readonly unknown[];
  readonly state_dict?: Readonly<Record<string, unknown>>;
  readonly state_dict_keys?: readonly (readonly [string, readonly number[]])[];
  readonly weights?: { readonly seed: string };
  readonly weights_file?: string;
  readonly cotangent?: unknown;
}

export interface GradSummary {
  readonly l2: number;
  readonly sum: number;
  readonly absmax: number;
  readonly first: readonly number[];
}

/** What cases give of a tensor: itself or a summary. */
export function isSummary(json: unknown): json is GradSummary {
  return typeof json === "object" && json !== null && "l2" in json && "first" in json;
}

/** Where PyTorch has the channels of tensors of three axes or more; ours are last. */
export type ChannelAxis = number | "last";

export function fromGolden(json: unknown, axis: ChannelAxis): Tensor {
  const { shape, dtype, data } = decodeTensor(json);
  const plain = tensor([...data], [...shape], /^[iu]/.test(dtype) ? "int32" : "float32");
  return moves(plain, axis) ? transpose(plain, toLast(plain.rank, Number(axis))) : plain;
}

/** Back, as numbers in PyTorch's order. */
export function toGolden(x: Tensor, axis: ChannelAxis): number[] {
  if (!moves(x, axis)) return Array.from(x.dataSync());
  const order = toLast(x.rank, Number(axis));
  const back = transpose(
    x,
    order.map((_, i) => order.indexOf(i)),
  );
  return Array.from(back.dataSync());
}

function moves(x: Tensor, axis: ChannelAxis): boolean {
  return axis !== "last" && x.rank > Math.max(2, axis + 1);
}

function toLast(rank: number, axis: number): number[] {
  return [...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis), axis];
}

export function cotangentOf(json: unknown, output: unknown): unknown {
  if (typeof json !== "object" || json === null || !("scheme" in json)) return json;
  return { shape: decodeTensor(output).shape, dtype: "f32", mb32: json };
}

export function stateOf({ state_dict, state_dict_keys = [], weights }: LayerInputs): StateDict {
  if (state_dict !== undefined) {
    return new Map(Object.entries(state_dict).map(([name, json]) => [name, storedTensor(json)]));
  }
  return new Map(state_dict_keys.map(([name, shape]) => [name, formula(`${weights?.seed ?? ""}/${name}`, name, shape)]));
}

function storedTensor(json: unknown): StoredTensor {
  const { shape, dtype, data } = decodeTensor(json);
  return stored(shape, dtype, data);
}

/** See "mb32" in the README of the cases. */
function formula(key: string, name: string, shape: readonly number[]): StoredTensor {
  if (name.endsWith("num_batches_tracked")) return stored(shape, "i64", [0]);
  const size = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const isScale = name.endsWith("running_var") || (!name.endsWith("running_mean") && shape.length <= 1 && /(weight|gamma)$/.test(name));
  const scale = shape.length <= 1 ? 0.1 : Math.sqrt(6 / size(shape.slice(1)));
  const u = mb32Uniform(key, size(shape));
  return stored(
    shape,
    "f32",
    u.map((v) => (isScale ? 0.5 + v : (2 * v - 1) * scale)),
  );
}

function stored(shape: readonly number[], dtype: string, data: readonly number[]): StoredTensor {
  if (dtype === "i64") return { dtype: "I64", shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype: "F32", shape, data: Float32Array.from(data, decodeNumber) };
}
