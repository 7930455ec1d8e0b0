import { backend_util } from "@tensorflow/tfjs-core";
import type { AvgPoolAttrs } from "@tensorflow/tfjs-core";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { Convolution } from "./convolution.ts";

/** In place of the stock kernel, which makes an infinity out of NaN. Float32; the rest is delegated. */
export const avgPool: OwnKernel = ownKernel<"x", AvgPoolAttrs>("AvgPool", (heap) => ({ x }, attrs) => {
  const shape = x.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad, attrs.dimRoundingMode);
  const geometry = new Convolution("AvgPool", info).write(heap, info.outShape);
  const y = heap.output(info.outShape);
  heap.kernels.avgPool(geometry, heap.pointer(x), heap.pointer(y));
  return y;
});
