import type { Engine, Tensor, TypedArray } from "@fastap/kernel";

/** Values of a tensor outside of the engine: row-major. */
export interface Rows {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

/** All metrics of a batch ask for the same tensors; each is copied out once and forgotten with its tensor. */
const copies: WeakMap<Tensor, Promise<Rows>> = new WeakMap();

/** The values of a tensor, read once however many metrics ask. They are shared: never written to. */
export function readRows(engine: Engine, tensor: Tensor): Promise<Rows> {
  const known = copies.get(tensor);
  if (known !== undefined) return known;
  const { shape } = tensor;
  const copy = engine.read(tensor).then((data) => ({ data: data.slice(), shape: [...shape] })); // a backend may give its own memory
  copies.set(tensor, copy);
  return copy;
}

/** Batches one after the other along the first axis. */
export function concatRows(parts: readonly Rows[]): Rows {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const data = parts.some((part) => part.data instanceof Float32Array) ? new Float32Array(length) : new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const items = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
  return { data, shape: [items, ...(first?.shape.slice(1) ?? [])] };
}

/** How an axis lies in memory: `outer` blocks of `size` steps, `inner` values apart. */
export interface AxisView {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  /** The shape without the axis. */
  readonly rest: readonly number[];
}

/** `axis` counts from the front. */
export function viewAxis({ data, shape }: Rows, axis: number): AxisView {
  const size = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return { outer: size === 0 ? 0 : data.length / (size * inner), size, inner, rest: shape.filter((_, i) => i !== axis) };
}
