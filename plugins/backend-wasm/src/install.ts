import type { KernelBackend } from "@tensorflow/tfjs-core";
import { decideFma } from "./fma.ts";
import { guardMemory } from "./guard-memory.ts";
import { Heap } from "./heap.ts";
import { startKernelModule, taskNames } from "./module.ts";
import type { KernelModule } from "./module.ts";
import type { BackendWasmOptions } from "./options.ts";
import type { Overlay } from "./overlay.ts";
import { ownKernels } from "./own-kernels.ts";
import { registerKernels, registerOverlay } from "./register-kernels.ts";
import { loadTfjsWasm, startTfjsWasm } from "./tfjs-wasm.ts";
import type { TfjsWasm, WasmBackend } from "./tfjs-wasm.ts";
import { planThreads } from "./thread-plan.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Our kernels at work on tfjs's backend. */
interface Installation {
  readonly backend: WasmBackend;
  readonly fma: boolean;
  readonly kernels: KernelModule;
  readonly pool: WorkerPool;
}

// tfjs has one kernel registry per process, so there is one installation: that of the last options.
let current: Promise<Installation> | undefined;

/** Makes tfjs's wasm backend current, with our kernels registered as the options say. Idempotent. */
export async function install(options: BackendWasmOptions): Promise<void> {
  const tfjs = await loadTfjsWasm();
  const backend = await startTfjsWasm(tfjs);
  const fma = await decideFma(options.fma);
  const before = await current?.catch(() => undefined);
  if (before === undefined || before.backend !== backend || before.fma !== fma) {
    await before?.pool.close();
    current = register(tfjs, backend, fma);
  }
  const plan = await planThreads(options.threads);
  await (await current)?.pool.resize(plan.threads);
}

async function register(tfjs: TfjsWasm, backend: WasmBackend, fma: boolean): Promise<Installation> {
  guardMemory(backend);
  const memory = backend.wasm.wasmMemory ?? backend.wasm.asm.memory;
  const { kernels, tasks, module } = await startKernelModule(memory, fma);
  const pool = await WorkerPool.create({ module, memory, names: taskNames, kernels: tasks });
  await registerKernels(tfjs, new Heap(backend, kernels, pool));
  return { backend, fma, kernels, pool };
}

const overlaid = new Map<string, Installation>();

/** Makes a backend of the overlay's name current, with its kernels on the heap of ours. Idempotent. */
export async function installOverlay(overlay: Overlay): Promise<void> {
  const { name } = overlay;
  // One thread of ours, unless there are more already: an overlay has its own.
  if (current === undefined) await install({ threads: 1 });
  const [tfjs, installation] = [await loadTfjsWasm(), await current];
  if (installation === undefined) return;
  const { backend, kernels, pool } = installation;
  const { core } = tfjs;
  if (overlaid.get(name) !== installation) {
    const bound = overlay.bind(() => backend.wasm.HEAPU8);
    await registerOverlay(tfjs, new Heap(backend, kernels, pool, bound), { name, whole: bound.whole });
    if (overlaid.get(name)?.backend !== backend && core.findBackendFactory(name) !== null) core.removeBackend(name);
    overlaid.set(name, installation);
  }
  // The same instance under two names: tensors stay where they are.
  if (core.findBackendFactory(name) === null) core.registerBackend(name, () => backend as unknown as KernelBackend, 1);
  await core.setBackend(name);
}

/** Ends the worker threads; the next large kernel would start new ones. */
export async function stopThreads(): Promise<void> {
  await (await current?.catch(() => undefined))?.pool.close();
}

/** Why threads that were asked for are gone, if they are. */
export async function lostThreads(): Promise<string | undefined> {
  return (await current?.catch(() => undefined))?.pool.lost;
}

/** Numbers of kernels: those of tfjs that stay, and ours. */
export async function kernelCounts(): Promise<{ readonly stock: number; readonly own: number }> {
  const { stock } = await loadTfjsWasm();
  return { stock: stock.size - ownKernels.filter(({ name }) => stock.has(name)).length, own: ownKernels.length };
}
