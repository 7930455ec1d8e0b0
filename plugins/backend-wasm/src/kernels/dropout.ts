import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly key: number;
  readonly threshold: number;
  readonly scale: number;
}

/** `x` times `scale` where the hash of its place and `key` is `threshold` or more, else times 0. */
export const dropout: OwnKernel = ownKernel<"x", Attrs>("FastapDropout", (heap) => ({ x }, { key, threshold, scale }) => {
  requireDtype("FastapDropout", "float32", x);
  const out = heap.output(x.shape);
  heap.kernels.dropout(heap.pointer(x), 0, sizeOf(x.shape), key, threshold, scale, heap.pointer(out));
  return [out];
});
