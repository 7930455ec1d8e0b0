import { backend_util, util } from "@tensorflow/tfjs-core";
import type { SplitVAttrs, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { copyRuns } from "./slice.ts";

/** In place of the stock kernel, which slices all of `x` anew for every part. Numbers; strings stay with it. */
export const split: OwnKernel = ownKernel<"x", SplitVAttrs>("SplitV", (heap, stock) => (inputs, attrs) => {
  const { x } = inputs;
  if (x.dtype === "string" || x.dtype === "complex64") return stock(inputs, attrs);
  const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
  const lengths = backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, axis);
  const begin = x.shape.map(() => 0);
  const parts: TensorInfo[] = [];
  try {
    for (const length of lengths) parts.push(heap.output(x.shape.with(axis, length), x.dtype));
  } catch (error) {
    for (const part of parts) heap.backend.disposeData(part.dataId);
    throw error;
  }
  for (const part of parts) {
    copyRuns(heap, x, part, begin);
    begin[axis] = (begin[axis] ?? 0) + (part.shape[axis] ?? 0);
  }
  return parts;
});
