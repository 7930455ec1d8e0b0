import { util } from "@tensorflow/tfjs-core";
import type { TransposeAttrs } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import type { Pointer } from "../module.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Numbers in a plane below which the call of the kernel would cost more than the plane. */
const LEAST = 64;
const OF_FOUR_BYTES: ReadonlySet<string> = new Set(["float32", "int32"]);

/** Lengths of the input's axes, and at each place of the output the axis that it comes from. */
export interface Axes {
  readonly shape: readonly number[];
  readonly perm: readonly number[];
}

/** The same transposition in as few axes as it can be told: without those of length 1, and those that stay neighbours as one. */
export function fewestAxes({ shape, perm }: Axes): Axes {
  const groups: number[][] = [];
  for (const axis of perm.filter((a) => shape[a] !== 1)) {
    const last = groups.at(-1);
    if (last !== undefined && followsOn(shape, last.at(-1) ?? 0, axis)) last.push(axis);
    else groups.push([axis]);
  }
  const inOrder = groups.toSorted(([a = 0], [b = 0]) => a - b);
  return {
    shape: inOrder.map((axes) => sizeOf(axes.map((axis) => shape[axis] ?? 1))),
    perm: groups.map((axes) => inOrder.indexOf(axes)),
  };
}

/** Whether nothing but axes of length 1 lie between. */
function followsOn(shape: readonly number[], axis: number, next: number): boolean {
  return next > axis && shape.slice(axis + 1, next).every((length) => length === 1);
}

/** Planes of the input's last axis and of that which becomes the last, for each index of the others. */
function transposePlanes(heap: Heap, { shape, perm }: Axes, x: Pointer, out: Pointer): void {
  const strides = [...util.computeStrides([...shape]), 1];
  const outShape = perm.map((axis) => shape[axis] ?? 1);
  const byPlace = [...util.computeStrides(outShape), 1];
  const outStride = (axis: number): number => byPlace[perm.indexOf(axis)] ?? 1;
  const last = shape.length - 1;
  const across = perm[last] ?? 0;
  const others = perm.filter((axis) => axis !== last && axis !== across);
  const walk = (level: number, from: Pointer, to: Pointer): void => {
    const axis = others[level];
    if (axis === undefined) {
      heap.kernels.transposePlane(from, shape[across] ?? 1, shape[last] ?? 1, strides[across] ?? 1, to, outStride(last));
      return;
    }
    for (let i = 0; i < (shape[axis] ?? 0); i++) walk(level + 1, from + 4 * i * (strides[axis] ?? 1), to + 4 * i * outStride(axis));
  };
  walk(0, x, out);
}

/** In place of the stock kernel, which goes through the input number by number, where numbers of four bytes leave the last axis. */
export const transpose: OwnKernel = ownKernel<"x", TransposeAttrs>("Transpose", (heap, stock) => ({ x }, attrs) => {
  const axes = fewestAxes({ shape: x.shape, perm: attrs.perm });
  const { shape, perm } = axes;
  const [last, across] = [shape.at(-1) ?? 1, shape[perm.at(-1) ?? 0] ?? 1];
  const stays = perm.at(-1) === shape.length - 1;
  if (!OF_FOUR_BYTES.has(x.dtype) || stays || shape.length === 0 || last * across < LEAST) return stock({ x }, attrs);
  const out = heap.output(
    attrs.perm.map((axis) => x.shape[axis] ?? 1),
    x.dtype,
  );
  transposePlanes(heap, axes, heap.pointer(x), heap.pointer(out));
  return out;
});
