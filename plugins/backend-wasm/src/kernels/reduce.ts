import { util } from "@tensorflow/tfjs-core";
import type { MaxAttrs, MeanAttrs, MinAttrs, SumAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** A tensor as `[outer, reduced, inner]`. */
interface Middle {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
  readonly outShape: readonly number[];
}

interface ReduceAttrs {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** The reduction as one over a middle axis, or undefined where the axes are apart, there is nothing to reduce or it is not float32. */
function middleAxis(x: TensorInfo, { axis, keepDims }: ReduceAttrs): Middle | undefined {
  if (x.dtype !== "float32") return undefined;
  const axes = util.parseAxisParam(axis, x.shape).toSorted((p, q) => p - q);
  const first = axes[0] ?? 0;
  if (axes.some((value, i) => value !== first + i)) return undefined;
  const before = x.shape.slice(0, first);
  const after = x.shape.slice(first + axes.length);
  const reduced = sizeOf(x.shape.slice(first, first + axes.length));
  if (reduced === 0) return undefined;
  return { outer: sizeOf(before), reduced, inner: sizeOf(after), outShape: [...before, ...(keepDims ? axes.map(() => 1) : []), ...after] };
}

function sumUp(heap: Heap, x: TensorInfo, { outer, reduced, inner, outShape }: Middle, scale: number): TensorInfo {
  const sums = heap.scratch("sums", 16 * inner);
  const out = heap.output(outShape);
  heap.kernels.sumMiddle(heap.pointer(x), outer, reduced, inner, scale, heap.pointer(out), sums);
  return out;
}

/** Sums over neighbouring axes, in float64 across short float32 runs; all else stays with the stock kernel. */
export const sum: OwnKernel = ownKernel<"x", SumAttrs>("Sum", (heap, stock) => (inputs, attrs) => {
  const middle = middleAxis(inputs.x, attrs);
  return middle === undefined ? stock(inputs, attrs) : sumUp(heap, inputs.x, middle, 1);
});

export const mean: OwnKernel = ownKernel<"x", MeanAttrs>("Mean", (heap, stock) => (inputs, attrs) => {
  const middle = middleAxis(inputs.x, attrs);
  return middle === undefined ? stock(inputs, attrs) : sumUp(heap, inputs.x, middle, 1 / middle.reduced);
});

function extreme(heap: Heap, x: TensorInfo, { outer, reduced, inner, outShape }: Middle, largest: 0 | 1): TensorInfo {
  const out = heap.output(outShape);
  heap.kernels.extremeMiddle(heap.pointer(x), outer, reduced, inner, largest, heap.pointer(out));
  return out;
}

/** NaN where one of the numbers is. */
export const max: OwnKernel = ownKernel<"x", MaxAttrs>("Max", (heap, stock) => (inputs, attrs) => {
  const middle = middleAxis(inputs.x, { axis: attrs.reductionIndices, keepDims: attrs.keepDims });
  return middle === undefined ? stock(inputs, attrs) : extreme(heap, inputs.x, middle, 1);
});

export const min: OwnKernel = ownKernel<"x", MinAttrs>("Min", (heap, stock) => (inputs, attrs) => {
  const middle = middleAxis(inputs.x, attrs);
  return middle === undefined ? stock(inputs, attrs) : extreme(heap, inputs.x, middle, 0);
});
