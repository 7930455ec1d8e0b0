import type * as Package from "@tensorflow/tfjs-backend-wasm";
import type * as Core from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_LOAD } from "./errors.ts";
import { isNode } from "./platform.ts";
import { makeSharedBackend } from "./tfjs-shared.ts";
import { sharedMemoryObstacle } from "./web-assembly.ts";
import type { WasmMemory } from "./web-assembly.ts";

/** The place that knows how tfjs's wasm backend looks inside, with tfjs-shared.ts; written against 4.22.0. */
export interface WasmBackend {
  readonly wasm: {
    /** A new object after every growth of the heap: never keep it. */
    readonly HEAPU8: Uint8Array;
    /** The heap in the threaded build, which imports it … */
    readonly wasmMemory?: WasmMemory;
    /** … and in the others, which export it. `malloc` returns signed addresses. */
    readonly asm: { readonly memory: WasmMemory; malloc(bytes: number): number };
    /** 0 when the heap is full, once sound-malloc.ts has seen to it. */
    _malloc: (bytes: number) => number;
    _free(pointer: number): void;
    readonly tfjs: {
      registerTensor(id: number, size: number, pointer: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: object): TensorData };
  /** Without an offset it allocates; the values of strings are their UTF-8 bytes. */
  makeOutput(shape: readonly number[], dtype: Core.DataType, memoryOffset?: undefined, values?: Uint8Array[]): Core.TensorInfo;
  readSync(dataId: object, start?: number, end?: number): Core.backend_util.BackendValues;
  /** The next number for a tensor's data. */
  dataIdNextNumber: number;
  refCount(dataId: object): number;
  incRef(dataId: object): void;
  disposeData(dataId: object): boolean;
}

interface TensorData {
  readonly memoryOffset: number;
  readonly shape: readonly number[];
  readonly dtype: Core.DataType;
  readonly stringBytes?: Uint8Array[];
  /** The number by which tfjs's C++ side, XNNPACK's packed weights included, knows the data. */
  id: number;
}

/**
 * Gives data that is about to be written in place a new number, so that tfjs drops what it has packed of the old contents: XNNPACK packs
 * weights once per number and would go on with the old ones.
 */
export function renumber(backend: WasmBackend, dataId: object, size: number): void {
  const data = backend.dataIdMap.get(dataId);
  backend.wasm.tfjs.disposeData(data.id);
  data.id = backend.dataIdNextNumber++;
  backend.wasm.tfjs.registerTensor(data.id, size, data.memoryOffset);
}

export interface TfjsWasm {
  readonly core: typeof Core;
  readonly package: typeof Package;
  /** Kernels as the package brings them, by name. */
  readonly stock: ReadonlyMap<string, Core.KernelConfig>;
  /** Where tfjs's own wasm files lie, with the last slash; undefined in browsers, where it looks beside the script. */
  readonly folder: string | undefined;
}

let loading: Promise<TfjsWasm> | undefined;

/** Imports tfjs's packages, once; makes nothing current. */
export function loadTfjsWasm(): Promise<TfjsWasm> {
  loading ??= load();
  return loading;
}

async function load(): Promise<TfjsWasm> {
  const core = await import("@tensorflow/tfjs-core");
  const tfjsWasm = await import("@tensorflow/tfjs-backend-wasm");
  const folder = await packageFolder();
  if (folder !== undefined) tfjsWasm.setWasmPaths(folder);
  const stock = new Map(core.getKernelsForBackend("wasm").map((config) => [config.kernelName, config]));
  return { core, package: tfjsWasm, stock, folder };
}

async function packageFolder(): Promise<string | undefined> {
  if (!isNode()) return undefined;
  const { createRequire } = await import("node:module");
  const { dirname, sep } = await import("node:path");
  return dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")) + sep;
}

let shared: Promise<void> | undefined;

/** Makes tfjs's wasm backend the current one and returns it: on a shared heap where there can be one, or else on its own. */
export async function startTfjsWasm(tfjs: TfjsWasm): Promise<WasmBackend> {
  const { core } = tfjs;
  // Without this, browsers would start the threaded build with workers of its own.
  core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (sharedMemoryObstacle() === undefined) await (shared ??= registerShared(tfjs));
  if (!(await core.setBackend("wasm")))
    throw E_BACKEND_WASM_LOAD({ file: "tfjs-backend-wasm-simd.wasm", reason: "tfjs refused to start it" });
  await core.ready();
  return core.backend() as unknown as WasmBackend;
}

/** Puts a backend on a shared heap in the place of tfjs's, unless that one is in use already. */
async function registerShared({ core, package: tfjsWasm, folder }: TfjsWasm): Promise<void> {
  if ("wasm" in core.engine().registry) return;
  const file = "tfjs-backend-wasm-threaded-simd.wasm";
  try {
    const backend = await makeSharedBackend(tfjsWasm, (name) => `${folder ?? ""}${name}`);
    core.removeBackend("wasm");
    core.registerBackend("wasm", () => backend, 2);
  } catch (error) {
    throw E_BACKEND_WASM_LOAD({ file, reason: error instanceof Error ? error.message.slice(0, 300) : String(error) }, error);
  }
}
