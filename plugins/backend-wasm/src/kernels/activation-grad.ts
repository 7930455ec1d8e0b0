import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { activationNumber } from "./activation.ts";
import type { ActivationAttrs } from "./activation.ts";

/** The gradient by what was activated, from that of the result and the result `y`. @source torch threshold_backward, sigmoid_backward, tanh_backward */
export const activationGrad: OwnKernel = ownKernel<"dy" | "y", ActivationAttrs>("FastapActivationGrad", (heap) => ({ dy, y }, attrs) => {
  requireDtype("FastapActivationGrad", "float32", dy, y);
  const count = sizeOf(y.shape);
  if (sizeOf(dy.shape) !== count)
    throw E_BACKEND_WASM_SHAPE({ op: "FastapActivationGrad", expected: `[${y.shape.join(", ")}]`, received: dy.shape });
  const out = heap.output(y.shape);
  heap.kernels.activationGrad(heap.pointer(dy), heap.pointer(y), count, activationNumber(attrs), heap.pointer(out));
  return [out];
});
