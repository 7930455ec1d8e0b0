import type { Backend } from "@fastap/kernel";
import { E_BACKEND_WASM_UNAVAILABLE } from "./errors.ts";
import { decideFma } from "./fma.ts";
import type { BackendWasmOptions } from "./options.ts";
import { planThreads } from "./thread-plan.ts";
import { hasRelaxedSimd, hasSimd, webAssembly } from "./web-assembly.ts";

const GIGABYTE = 2 ** 30;

/** tfjs's wasm backend with our SIMD kernels on its heap. tfjs is imported when it is activated or asked for facts, not before. */
export function wasmBackend(options: BackendWasmOptions): Backend {
  return { name: "wasm", copiesData: true, available, activate: () => activate(options), facts: () => facts(options) };
}

let activated = false;

/** Ends the worker threads, if this process has any. */
export async function stopWasmThreads(): Promise<void> {
  if (!activated) return;
  const { stopThreads } = await import("./install.ts");
  await stopThreads();
}

async function available(): ReturnType<Backend["available"]> {
  if (webAssembly === undefined) return { ok: false, reason: "there is no WebAssembly" };
  if (!hasSimd()) return { ok: false, reason: "its WebAssembly has no 128-bit SIMD" };
  return { ok: true };
}

async function activate(options: BackendWasmOptions): Promise<void> {
  const state = await available();
  if (!state.ok) throw E_BACKEND_WASM_UNAVAILABLE({ reason: state.reason });
  activated = true;
  const { install } = await import("./install.ts");
  await install(options);
}

async function facts(options: BackendWasmOptions): ReturnType<Backend["facts"]> {
  const { kernelCounts, lostThreads } = await import("./install.ts");
  const { stock, own } = await kernelCounts();
  const plan = await planThreads(options.threads);
  const lost = await lostThreads();
  const reason = lost === undefined ? plan.reason : `a worker was lost: ${lost}`;
  return {
    simd: hasSimd(),
    fma: await decideFma(options.fma),
    relaxedSimd: hasRelaxedSimd(),
    threads: lost === undefined ? plan.threads : 1,
    ...(reason !== undefined && { threadsReason: reason }),
    memoryLimitBytes: 4 * GIGABYTE,
    stockKernels: stock,
    ownKernels: own,
  };
}
