import type * as Package from "@tensorflow/tfjs-backend-wasm";
import type * as Core from "@tensorflow/tfjs-core";
import { isNode } from "./platform.ts";
import { webAssembly } from "./web-assembly.ts";
import type { WasmMemory } from "./web-assembly.ts";

// Starts tfjs's threaded build on a shared memory of ours, where several threads can reach the tensors. tfjs itself starts that build only
// in browsers, and with workers for XNNPACK; we give it none: our own pool has the threads. Written against 4.22.0.

/** What the threaded build's Emscripten factory returns, before tfjs adds its functions. */
interface EmscriptenModule {
  cwrap(name: string, returns: "number" | null, takes: readonly "number"[]): unknown;
}

type Factory = (config: { wasmMemory: WasmMemory; locateFile(file: string): string }) => Promise<EmscriptenModule>;

const FACTORY = "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js";
const PAGES = { initial: 256, maximum: 65536 };

/** tfjs's backend on a shared heap. `fileOf`: where a file of tfjs's package lies. */
export async function makeSharedBackend(tfjs: typeof Package, fileOf: (file: string) => string): Promise<Core.KernelBackend> {
  if (webAssembly === undefined) throw new Error("there is no WebAssembly");
  const wasmMemory = new webAssembly.Memory({ ...PAGES, shared: true });
  const factory = isNode() ? await nodeFactory() : await webFactory();
  const module = await factory({
    wasmMemory,
    locateFile: (file) => (file.endsWith(".wasm") ? fileOf(file) : silentWorker()),
  });
  tfjs.setThreadsCount(1);
  return new tfjs.BackendWasm(Object.assign(module, { tfjs: functionsOf(module) }) as never);
}

/** The functions that tfjs's own loader adds. */
function functionsOf({ cwrap }: EmscriptenModule): Record<string, unknown> {
  return {
    init: cwrap("init", null, []),
    initWithThreadsCount: cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: cwrap("get_threads_count", "number", []),
    registerTensor: cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: cwrap("dispose_data", null, ["number"]),
    dispose: cwrap("dispose", null, []),
  };
}

/** Eight of these are made at the start; they claim to have loaded, and are never given work. */
class SilentWorker {
  onmessage?: (event: { readonly data: { readonly cmd: "loaded" } }) => void;

  postMessage(): void {
    queueMicrotask(() => this.onmessage?.({ data: { cmd: "loaded" } }));
  }

  on(): void {}
  unref(): void {}
  terminate(): void {}
}

/** The factory as a CommonJS module of its own, that finds our workers in place of Node's and leaves the global object alone. */
async function nodeFactory(): Promise<Factory> {
  const { createRequire } = await import("node:module");
  const { readFile } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  const { compileFunction } = await import("node:vm");
  const file = createRequire(import.meta.url).resolve(FACTORY);
  const scope: Record<string, unknown> = {
    module: { exports: {} },
    exports: {},
    require: (name: string): unknown => (name === "worker_threads" ? { Worker: SilentWorker } : createRequire(file)(name)),
    __filename: file,
    __dirname: dirname(file),
    global: { performance },
    process: Object.create(process, { on: { value: () => undefined } }), // Emscripten throws errors of others anew, under its own source
    Worker: SilentWorker,
  };
  compileFunction(await readFile(file, "utf8"), Object.keys(scope), { filename: file })(...Object.values(scope));
  return (scope["module"] as { readonly exports: Factory }).exports;
}

/** The name stands here in full, so that bundlers see it. */
async function webFactory(): Promise<Factory> {
  const module: unknown = await import("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js");
  const loaded = module as Factory & { readonly default?: Factory };
  return loaded.default ?? loaded;
}

/** Address of the same worker as a program, for browsers. */
function silentWorker(): string {
  const program = `onmessage = () => { postMessage({ cmd: "loaded" }); close(); };`;
  const { Blob, URL } = globalThis as unknown as WebGlobals;
  return URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
}

interface WebGlobals {
  readonly Blob: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string };
}
