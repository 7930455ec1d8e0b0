import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
}

/** `bytes` as an int32 tensor of `shape`: a quarter of the copying. They are widened from the end of the tensor's own memory. */
export const intsOfBytes: OwnKernel = ownKernel<never, Attrs>("FastapIntsOfBytes", (heap) => (_, { bytes, shape }) => {
  const out = heap.output(shape, "int32");
  const to = heap.pointer(out);
  const from = to + 3 * bytes.length;
  heap.backend.wasm.HEAPU8.set(bytes, from);
  heap.kernels.intsOfBytes(from, bytes.length, to);
  return [out];
});
