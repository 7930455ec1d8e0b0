import type { CastAttrs } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** To the same type: shares the memory, where tfjs copies it. From whole numbers to floats: four at a time. */
export const cast: OwnKernel = ownKernel<"x", CastAttrs>("Cast", (heap, stock) => (inputs, attrs) => {
  const { dataId, shape, dtype } = inputs.x;
  if (dtype === attrs.dtype && dtype !== "string") {
    heap.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }
  if (dtype !== "int32" || attrs.dtype !== "float32") return stock(inputs, attrs);
  const out = heap.output(shape);
  heap.kernels.floatsOfInts(heap.pointer(inputs.x), sizeOf(shape), heap.pointer(out));
  return out;
});
