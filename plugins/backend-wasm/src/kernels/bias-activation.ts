import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { activationNumber } from "./activation.ts";
import type { ActivationAttrs } from "./activation.ts";

/**
 * The activation, if any, of `x` `[…, channels]` plus `bias` `[channels]`, if any: in the memory of `x`, which is of no use afterwards,
 * unless others share that.
 */
export const biasActivation: OwnKernel = ownKernel<"x" | "bias", ActivationAttrs>(
  "FastapBiasActivation",
  (heap) =>
    ({ x, bias }, attrs) => {
      checkBias("FastapBiasActivation", x, bias);
      const [out = x] = heap.inPlace([x]);
      addAndActivate(heap, { x, bias, out }, attrs);
      if (out !== x) return [out];
      // A tensor of its own for the tape, on the same memory.
      heap.backend.incRef(x.dataId);
      return [{ dataId: x.dataId, shape: x.shape, dtype: x.dtype }];
    },
);

interface Pass {
  readonly x: TensorInfo;
  readonly bias: TensorInfo | undefined;
  readonly out: TensorInfo;
}

export function addAndActivate(heap: Heap, { x, bias, out }: Pass, attrs: ActivationAttrs): void {
  const channels = x.shape.at(-1) ?? 1;
  const rows = sizeOf(x.shape.slice(0, -1));
  const added = bias === undefined ? 0 : heap.pointer(bias);
  heap.kernels.biasActivation(heap.pointer(x), added, rows, channels, activationNumber(attrs), heap.pointer(out));
}

/** @throws E_BACKEND_WASM_SHAPE, E_BACKEND_WASM_DTYPE */
export function checkBias(op: string, x: TensorInfo, bias: TensorInfo | undefined): void {
  requireDtype(op, "float32", x);
  if (bias === undefined) return;
  requireDtype(op, "float32", bias);
  const channels = x.shape.at(-1) ?? 1;
  if (sizeOf(bias.shape) !== channels) throw unfitShape({ op, expected: `[${channels}]`, received: bias.shape });
}
