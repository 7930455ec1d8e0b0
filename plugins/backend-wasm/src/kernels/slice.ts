import { slice_util, util } from "@tensorflow/tfjs-core";
import type { SliceAttrs, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Axes from which on the slice is one run of memory. */
function runAxis(shape: readonly number[], size: readonly number[]): number {
  let axis = shape.length;
  while (axis > 0 && shape[axis - 1] === size[axis - 1]) axis--;
  return Math.max(0, axis - 1);
}

/** Copies the part of `x` that starts at `begin` and has the shape of `out`, in runs from memory to memory. */
export function copyRuns(heap: Heap, x: TensorInfo, out: TensorInfo, begin: readonly number[]): void {
  const bytes = util.bytesPerElement(x.dtype);
  const strides = [...util.computeStrides(x.shape), 1];
  const axis = runAxis(x.shape, out.shape);
  const run = bytes * sizeOf(out.shape.slice(axis));
  const stride = (i: number): number => bytes * (strides[i] ?? 1);
  const { HEAPU8 } = heap.backend.wasm;
  let to = heap.pointer(out);
  const copy = (level: number, from: number): void => {
    if (level === axis) {
      HEAPU8.copyWithin(to, from, from + run);
      to += run;
      return;
    }
    for (let i = 0; i < (out.shape[level] ?? 0); i++) copy(level + 1, from + i * stride(level));
  };
  const start = begin.reduce((offset, index, i) => offset + index * stride(i), heap.pointer(x));
  copy(0, start);
}

/** In place of the stock kernel, which copies all of `x` first and does not check the limits. Numbers; strings are delegated. */
export const slice: OwnKernel = ownKernel<"x", SliceAttrs>("Slice", (heap) => ({ x }, attrs) => {
  const [begin, size] = slice_util.parseSliceParams(x as Tensor, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(x as Tensor, begin, size);
  const out = heap.output(size, x.dtype);
  if (sizeOf(size) > 0) copyRuns(heap, x, out, begin);
  return out;
});
