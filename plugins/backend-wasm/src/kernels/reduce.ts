import { util } from "@tensorflow/tfjs-core";
import type { MeanAttrs, SumAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Leading {
  readonly rows: number;
  readonly columns: number;
  readonly outShape: readonly number[];
}

/** The reduction as one over rows, or undefined where the axes are not the leading ones of a float32 matrix. */
function leadingAxes(x: TensorInfo, axis: number | number[], keepDims: boolean): Leading | undefined {
  const axes = util.parseAxisParam(axis, x.shape).toSorted((p, q) => p - q);
  if (x.dtype !== "float32" || !axes.every((value, i) => value === i)) return undefined;
  const inner = x.shape.slice(axes.length);
  const rows = sizeOf(x.shape.slice(0, axes.length));
  const columns = sizeOf(inner);
  if (rows === 0 || columns <= 1) return undefined;
  return { rows, columns, outShape: keepDims ? [...axes.map(() => 1), ...inner] : inner };
}

function sumRows(heap: Heap, x: TensorInfo, { rows, columns, outShape }: Leading, scale: number): TensorInfo {
  const sums = heap.scratch("sums", 8 * columns);
  const out = heap.output(outShape);
  heap.kernels.sumRows(heap.pointer(x), rows, columns, scale, heap.pointer(out), sums);
  return out;
}

/** Sums over leading axes; all else stays with the stock kernel. */
export const sum: OwnKernel = ownKernel<"x", SumAttrs>("Sum", (heap, stock) => (inputs, attrs) => {
  const leading = leadingAxes(inputs.x, attrs.axis, attrs.keepDims);
  return leading === undefined ? stock(inputs, attrs) : sumRows(heap, inputs.x, leading, 1);
});

export const mean: OwnKernel = ownKernel<"x", MeanAttrs>("Mean", (heap, stock) => (inputs, attrs) => {
  const leading = leadingAxes(inputs.x, attrs.axis, attrs.keepDims);
  return leading === undefined ? stock(inputs, attrs) : sumRows(heap, inputs.x, leading, 1 / leading.rows);
});
