import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** `dy` where the output `y` is above 0, else 0. @source torch threshold_backward */
export const reluGrad: OwnKernel = ownKernel<"dy" | "y", object>("FastapReluGrad", (heap) => ({ dy, y }) => {
  requireDtype("FastapReluGrad", "float32", dy, y);
  const count = sizeOf(y.shape);
  if (sizeOf(dy.shape) !== count)
    throw E_BACKEND_WASM_SHAPE({ op: "FastapReluGrad", expected: `[${y.shape.join(", ")}]`, received: dy.shape });
  const out = heap.output(y.shape);
  heap.kernels.reluGrad(heap.pointer(dy), heap.pointer(y), count, heap.pointer(out));
  return [out];
});
