import { Heap } from "./heap.ts";
import { startKernelModule } from "./module.ts";
import { ownKernels } from "./own-kernels.ts";
import { registerKernels } from "./register-kernels.ts";
import { loadTfjsWasm, startTfjsWasm } from "./tfjs-wasm.ts";
import type { TfjsWasm, WasmBackend } from "./tfjs-wasm.ts";

// tfjs has one kernel registry per process, so there is one installation per backend instance.
const installed = new WeakMap<WasmBackend, Promise<void>>();

/** Makes tfjs's wasm backend current, with our kernels registered. Idempotent. */
export async function install(): Promise<void> {
  const tfjs = await loadTfjsWasm();
  const backend = await startTfjsWasm(tfjs);
  let done = installed.get(backend);
  if (done === undefined) {
    done = register(tfjs, backend);
    installed.set(backend, done);
  }
  await done;
}

async function register(tfjs: TfjsWasm, backend: WasmBackend): Promise<void> {
  await registerKernels(tfjs, new Heap(backend, await startKernelModule(backend.wasm.asm.memory)));
}

/** Numbers of kernels: those of tfjs that stay, and ours. */
export async function kernelCounts(): Promise<{ readonly stock: number; readonly own: number }> {
  const { stock } = await loadTfjsWasm();
  return { stock: stock.size - ownKernels.filter(({ name }) => stock.has(name)).length, own: ownKernels.length };
}
