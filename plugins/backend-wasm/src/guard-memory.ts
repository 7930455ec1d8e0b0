import type { DataType } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_MEMORY } from "./errors.ts";
import { sizeOf } from "./heap.ts";
import { soundMalloc } from "./sound-malloc.ts";
import type { WasmBackend } from "./tfjs-wasm.ts";

const LIMIT = 2 ** 32;

/** tfjs's way to make room for a tensor, and to fill it where there are values. */
type Move = (dataId: object, values: unknown, shape: readonly number[], dtype: DataType, refCount: number) => void;

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
    if (bytes >= LIMIT || (values != null && !fits(backend, bytes))) throw E_BACKEND_WASM_MEMORY({ bytes, shape });
    move(dataId, values, shape, dtype, refCount);
    if (bytes === 0 || backend.dataIdMap.get(dataId).memoryOffset !== 0) return;
    backend.disposeData(dataId);
    throw E_BACKEND_WASM_MEMORY({ bytes, shape });
  };
}

function fits({ wasm }: WasmBackend, bytes: number): boolean {
  const pointer = wasm._malloc(bytes);
  wasm._free(pointer);
  return pointer !== 0 || bytes === 0;
}

function bytesPer(dtype: DataType): number {
  if (dtype === "complex64") return 8;
  return dtype === "bool" ? 1 : 4;
}
