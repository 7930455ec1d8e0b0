import { backend_util } from "@tensorflow/tfjs-core";
import type { MaxPoolGradAttrs } from "@tensorflow/tfjs-core";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { Convolution } from "./convolution.ts";

/** In place of the stock kernel, which loses the gradient of windows without a positive number. */
export const maxPoolGrad: OwnKernel = ownKernel<"dy" | "input", MaxPoolGradAttrs>("MaxPoolGrad", (heap) => ({ dy, input }, attrs) => {
  requireDtype("MaxPoolGrad", "float32", dy, input);
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad, attrs.dimRoundingMode);
  const geometry = new Convolution("MaxPoolGrad", info).write(heap, dy.shape);
  const dx = heap.output(input.shape);
  heap.kernels.maxPoolGrad(geometry, heap.pointer(input), heap.pointer(dy), heap.pointer(dx));
  return dx;
});
