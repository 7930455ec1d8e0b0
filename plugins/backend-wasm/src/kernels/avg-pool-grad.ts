import { backend_util } from "@tensorflow/tfjs-core";
import type { AvgPoolGradAttrs } from "@tensorflow/tfjs-core";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { Convolution } from "./convolution.ts";

export const avgPoolGrad: OwnKernel = ownKernel<"dy" | "input", AvgPoolGradAttrs>("AvgPoolGrad", (heap) => ({ dy, input }, attrs) => {
  requireDtype("AvgPoolGrad", "float32", dy, input);
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, attrs.filterSize, attrs.strides, 1, attrs.pad);
  const geometry = new Convolution("AvgPoolGrad", info).write(heap, dy.shape);
  const dx = heap.output(input.shape);
  heap.kernels.avgPoolGrad(geometry, heap.pointer(dy), heap.pointer(dx));
  return dx;
});
