import type { DataType } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_MEMORY } from "./errors.ts";
import { sizeOf } from "./heap.ts";
import { soundMalloc } from "./sound-malloc.ts";
import type { WasmBackend } from "./tfjs-wasm.ts";

const LIMIT = 2 ** 32;

/** tfjs's way to make room for a tensor, and to fill it where there are values. */
type Move = (dataId: object, values: Values | null, shape: readonly number[], dtype: DataType, refCount: number) => void;
type Values = Pick<Uint8Array<ArrayBuffer>, "buffer" | "byteOffset">;

const guarded = new WeakSet<WasmBackend>();

/**
 * Lets every tensor that does not fit be refused, those of tfjs's own kernels too: tfjs would write it to address 0, over its own state,
 * and lengths over 4 GB would wrap around. The tensor is not made, and nothing else is lost.
 */
export function guardMemory(backend: WasmBackend): void {
  if (guarded.has(backend)) return;
  guarded.add(backend);
  soundMalloc(backend);
  const target = backend as WasmBackend & { move: Move };
  const move = target.move.bind(backend);
  target.move = (dataId, values, shape, dtype, refCount) => {
    if (dtype === "string") return move(dataId, values, shape, dtype, refCount);
    const bytes = sizeOf(shape) * bytesPer(dtype);
    if (bytes >= LIMIT) throw E_BACKEND_WASM_MEMORY({ bytes, shape });
    move(dataId, null, shape, dtype, refCount);
    if (bytes === 0) return;
    const { memoryOffset } = backend.dataIdMap.get(dataId);
    if (memoryOffset === 0) {
      backend.disposeData(dataId);
      throw E_BACKEND_WASM_MEMORY({ bytes, shape });
    }
    if (values != null) backend.wasm.HEAPU8.set(new Uint8Array(values.buffer, values.byteOffset, bytes), memoryOffset);
  };
}

function bytesPer(dtype: DataType): number {
  if (dtype === "complex64") return 8;
  return dtype === "bool" ? 1 : 4;
}
