import type { ClipByValueAttrs } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** In place of the stock kernel, which makes the lower limit out of NaN. Float32; the rest is delegated. */
export const clipByValue: OwnKernel = ownKernel<"x", ClipByValueAttrs>("ClipByValue", (heap) => ({ x }, { clipValueMin, clipValueMax }) => {
  const out = heap.output(x.shape);
  heap.kernels.clip(heap.pointer(x), sizeOf(x.shape), clipValueMin, clipValueMax, heap.pointer(out));
  return out;
});
