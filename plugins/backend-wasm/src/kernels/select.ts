import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** `condition ? t : e` of equal shapes and float32; all else stays with the stock kernel. */
export const select: OwnKernel = ownKernel<"condition" | "t" | "e", object>("Select", (heap, stock) => (inputs, attrs) => {
  const { condition, t, e } = inputs;
  const count = sizeOf(t.shape);
  const alike = t.dtype === "float32" && e.dtype === "float32" && sizeOf(condition.shape) === count && sizeOf(e.shape) === count;
  if (!alike || condition.dtype !== "bool") return stock(inputs, attrs);
  const out = heap.output(t.shape);
  heap.kernels.selectFloats(heap.pointer(condition), heap.pointer(t), heap.pointer(e), count, heap.pointer(out));
  return out;
});
