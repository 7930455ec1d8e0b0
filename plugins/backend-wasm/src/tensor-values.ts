import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "./heap.ts";
import type { Heap } from "./heap.ts";

/** Numbers, or the UTF-8 bytes of every string. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** A tensor's numbers as a view of the heap, which the next allocation may end; complex ones as pairs of real and imaginary part. */
export function valuesOf(heap: Heap, tensor: TensorInfo): TensorValues {
  const size = sizeOf(tensor.shape);
  const { buffer } = heap.backend.wasm.HEAPU8;
  switch (tensor.dtype) {
    case "float32":
      return new Float32Array(buffer, heap.pointer(tensor), size);
    case "complex64":
      return new Float32Array(buffer, heap.pointer(tensor), 2 * size);
    case "int32":
      return new Int32Array(buffer, heap.pointer(tensor), size);
    case "bool":
      return new Uint8Array(buffer, heap.pointer(tensor), size);
    case "string":
      return heap.backend.dataIdMap.get(tensor.dataId).stringBytes ?? [];
  }
}

/** A new tensor of these values, which are copied; they may be a view of the heap. @throws E_BACKEND_WASM_MEMORY */
export function tensorOf(heap: Heap, { shape, dtype }: Omit<TensorInfo, "dataId">, values: TensorValues): TensorInfo {
  if (Array.isArray(values)) return heap.backend.makeOutput(shape, "string", undefined, values);
  const movable = values.buffer === heap.backend.wasm.HEAPU8.buffer;
  const numbers = movable ? values.slice() : values;
  const out = heap.output(shape, dtype);
  (valuesOf(heap, out) as Float32Array | Int32Array | Uint8Array).set(numbers);
  return out;
}
