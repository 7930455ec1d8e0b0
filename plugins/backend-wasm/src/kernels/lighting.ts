import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Fractions `x` `[batch, …, channels]` changed as logits by `factors` `[batch, 3]`, one task for each image. */
export const lighting: OwnKernel = ownKernel<"x" | "factors", object>("FastapLighting", (heap) => ({ x, factors }) => {
  requireDtype("FastapLighting", "float32", x, factors);
  const n = x.shape[0] ?? 0;
  const out = heap.output(x.shape);
  const size = sizeOf(x.shape);
  if (size > 0) {
    heap.parallel("lightingTask", [n, size / n, x.shape.at(-1) ?? 1, heap.pointer(x), heap.pointer(factors), heap.pointer(out)], n, 0);
  }
  return [out];
});
