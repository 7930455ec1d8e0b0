import type { ClipByValueAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

function clip(heap: Heap, x: TensorInfo, low: number, high: number): TensorInfo {
  const out = heap.output(x.shape);
  heap.kernels.clip(heap.pointer(x), sizeOf(x.shape), low, high, heap.pointer(out));
  return out;
}

/** In place of the stock kernel, which makes the lower limit out of NaN. Float32; the rest is delegated. */
export const clipByValue: OwnKernel = ownKernel<"x", ClipByValueAttrs>("ClipByValue", (heap) => ({ x }, { clipValueMin, clipValueMax }) => {
  return clip(heap, x, clipValueMin, clipValueMax);
});

/** The stock kernel takes a NaN with its sign bit set (as ∞ − ∞ gives) for a negative number. */
export const relu: OwnKernel = ownKernel<"x", object>(
  "Relu",
  (heap) =>
    ({ x }) =>
      clip(heap, x, 0, Infinity),
);

/** As the stock clip. */
export const relu6: OwnKernel = ownKernel<"x", object>(
  "Relu6",
  (heap) =>
    ({ x }) =>
      clip(heap, x, 0, 6),
);
