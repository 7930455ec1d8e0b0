import { util } from "@tensorflow/tfjs-core";
import type { GatherV2Attrs } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Slices of float32 by int32 indices along one axis, as embeddings need; other dtypes and batched indices stay with the stock kernel. */
export const gather: OwnKernel = ownKernel<"x" | "indices", GatherV2Attrs>("GatherV2", (heap, stock) => (inputs, attrs) => {
  const { x, indices } = inputs;
  if (x.dtype !== "float32" || indices.dtype !== "int32" || attrs.batchDims !== 0) return stock(inputs, attrs);
  const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const length = x.shape[axis] ?? 1;
  const count = sizeOf(indices.shape);
  const out = heap.output([...before, ...indices.shape, ...after]);
  const pointers = [heap.pointer(indices), count, heap.pointer(out)] as const;
  const stranger = heap.kernels.gatherFloats(heap.pointer(x), sizeOf(before), length, sizeOf(after), ...pointers);
  if (stranger < 0) return out;
  const [index] = new Int32Array(heap.backend.wasm.HEAPU8.buffer, heap.pointer(indices) + 4 * stranger, 1);
  heap.backend.disposeData(out.dataId);
  // In tfjs's words, which its op suite looks for.
  throw new Error(`GatherV2: the index value ${index} is not in [0, ${length - 1}]`);
});
