import type * as Core from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_LOAD } from "./errors.ts";

/** The one place that knows how tfjs's wasm backend looks inside; written against 4.22.0. */
export interface WasmBackend {
  readonly wasm: {
    /** A new object after every growth of the heap: never keep it. */
    readonly HEAPU8: Uint8Array;
    readonly asm: { readonly memory: object };
    /** Signed in some builds; 0 when the heap is full. */
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  readonly dataIdMap: { get(dataId: object): TensorData };
  /** Without an offset it allocates; the values of strings are their UTF-8 bytes. */
  makeOutput(shape: readonly number[], dtype: Core.DataType, memoryOffset?: undefined, values?: Uint8Array[]): Core.TensorInfo;
  readSync(dataId: object, start?: number, end?: number): Core.backend_util.BackendValues;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
}

interface TensorData {
  readonly memoryOffset: number;
  readonly shape: readonly number[];
  readonly dtype: Core.DataType;
  readonly stringBytes?: Uint8Array[];
}

export interface TfjsWasm {
  readonly core: typeof Core;
  /** Kernels as the package brings them, by name. */
  readonly stock: ReadonlyMap<string, Core.KernelConfig>;
}

let loading: Promise<TfjsWasm> | undefined;

/** Imports tfjs's packages, once; makes nothing current. */
export function loadTfjsWasm(): Promise<TfjsWasm> {
  loading ??= load();
  return loading;
}

async function load(): Promise<TfjsWasm> {
  const core = await import("@tensorflow/tfjs-core");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const folder = await packageFolder();
  if (folder !== undefined) setWasmPaths(folder);
  const stock = new Map(core.getKernelsForBackend("wasm").map((config) => [config.kernelName, config]));
  return { core, stock };
}

/** Where tfjs's own wasm files lie; undefined in browsers, where it looks beside the script. */
async function packageFolder(): Promise<string | undefined> {
  if (typeof process === "undefined" || process.versions?.node === undefined) return undefined;
  const { createRequire } = await import("node:module");
  const { dirname, sep } = await import("node:path");
  return dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep;
}

/** Makes tfjs's wasm backend the current one and returns it. */
export async function startTfjsWasm({ core }: TfjsWasm): Promise<WasmBackend> {
  // Its threaded build has a shared memory, which our module is not compiled for.
  core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await core.setBackend("wasm")))
    throw E_BACKEND_WASM_LOAD({ file: "tfjs-backend-wasm-simd.wasm", reason: "tfjs refused to start it" });
  await core.ready();
  return core.backend() as unknown as WasmBackend;
}
