import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { activationNumber } from "./activation.ts";
import type { ActivationAttrs } from "./activation.ts";

/** The gradient by what was activated, from that of the result and the result `y`. @source torch threshold_backward, sigmoid_backward, tanh_backward */
export const activationGrad: OwnKernel = ownKernel<"dy" | "y", ActivationAttrs>("FastapActivationGrad", (heap) => ({ dy, y }, attrs) => {
  checkGrad("FastapActivationGrad", dy, y);
  const dx = heap.output(y.shape);
  passBack(heap, { dy, y, dx }, attrs);
  return [dx];
});

interface BiasInputs {
  readonly dy: TensorInfo;
  readonly y?: TensorInfo;
}

/** With the result `y` of an activation → `[dbias [channels], dx]`, without one `[dbias]`, as `dx` is `dy`. */
export const biasActivationGrad: OwnKernel = ownKernel<keyof BiasInputs, ActivationAttrs>(
  "FastapBiasActivationGrad",
  (heap) => (inputs, attrs) => {
    const { dy, y }: BiasInputs = inputs;
    checkGrad("FastapBiasActivationGrad", dy, y ?? dy);
    const channels = dy.shape.at(-1) ?? 1;
    const sums = heap.scratch("sums", 16 * channels);
    const made: TensorInfo[] = y === undefined ? heap.outputs([channels]) : heap.outputs([channels], dy.shape);
    const dBias = made[0] ?? dy;
    const dx = made[1] ?? dy;
    if (y !== undefined) passBack(heap, { dy, y, dx }, attrs);
    heap.kernels.sumMiddle(heap.pointer(dx), 1, sizeOf(dy.shape) / channels, channels, 1, heap.pointer(dBias), sums);
    return made;
  },
);

function passBack(heap: Heap, { dy, y, dx }: Readonly<Record<"dy" | "y" | "dx", TensorInfo>>, attrs: ActivationAttrs): void {
  heap.kernels.activationGrad(heap.pointer(dy), heap.pointer(y), sizeOf(y.shape), activationNumber(attrs), heap.pointer(dx));
}

/** @throws E_BACKEND_WASM_SHAPE, E_BACKEND_WASM_DTYPE */
function checkGrad(op: string, dy: TensorInfo, y: TensorInfo): void {
  requireDtype(op, "float32", dy, y);
  if (sizeOf(dy.shape) !== sizeOf(y.shape)) throw unfitShape({ op, expected: `[${y.shape.join(", ")}]`, received: dy.shape });
}
