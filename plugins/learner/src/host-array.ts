import type { Engine, Tensor, TypedArray } from "@fastap/kernel";

/** A tensor's values outside of the engine: row-major, shape `[items, …]`. */
export interface HostArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** Where items have different shapes: each of them. Then `data` holds all their values and `shape` is the number of items. */
  readonly samples?: readonly HostArray[];
}

/** A copy, as a backend may give its own memory. */
export async function readArray(engine: Engine, tensor: Tensor): Promise<HostArray> {
  const data = await engine.read(tensor);
  return { data: data.slice(), shape: [...tensor.shape] };
}

/** Batches one after the other; item by item where their shapes differ. `@source fastai.torch_core.to_concat` */
export function concatArrays(arrays: readonly HostArray[]): HostArray | undefined {
  const [first] = arrays;
  if (first === undefined) return undefined;
  const data = joined(arrays);
  const items = arrays.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
  const rest = first.shape.slice(1);
  const alike = arrays.every(({ shape }) => shape.length === first.shape.length && rest.every((size, i) => size === shape[i + 1]));
  return alike ? { data, shape: [items, ...rest] } : { data, shape: [items], samples: arrays.flatMap(rowsOf) };
}

/** The items of an array, without the axis that counts them. */
export function rowsOf({ data, shape: [items = 1, ...shape] }: HostArray): HostArray[] {
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: items }, (_, i) => ({ data: data.slice(i * size, (i + 1) * size), shape }));
}

function joined(arrays: readonly HostArray[]): TypedArray {
  const length = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const floats = arrays.some(({ data }) => data instanceof Float32Array);
  const all = floats ? new Float32Array(length) : new Int32Array(length);
  let at = 0;
  for (const { data } of arrays) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}
