import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** `x` `[…, channels]` plus `bias` `[channels]`: in the memory of `x`, which is of no use afterwards, unless others share that. */
export const addBias: OwnKernel = ownKernel<"x" | "bias", object>("FastapAddBias", (heap) => ({ x, bias }) => {
  requireDtype("FastapAddBias", "float32", x, bias);
  const channels = x.shape.at(-1) ?? 1;
  if (sizeOf(bias.shape) !== channels) throw E_BACKEND_WASM_SHAPE({ op: "FastapAddBias", expected: `[${channels}]`, received: bias.shape });
  const [out = x] = heap.inPlace([x]);
  heap.kernels.addBias(heap.pointer(x), heap.pointer(bias), sizeOf(x.shape) / channels, channels, heap.pointer(out));
  if (out !== x) return [out];
  // A tensor of its own for the tape, on the same memory.
  heap.backend.incRef(x.dataId);
  return [{ dataId: x.dataId, shape: x.shape, dtype: x.dtype }];
});
