import type { Backend } from "@fastap/kernel";
import { E_BACKEND_WASM_UNAVAILABLE } from "./errors.ts";
import { hasRelaxedSimd, hasSimd, webAssembly } from "./web-assembly.ts";

const GIGABYTE = 2 ** 30;

/** tfjs's wasm backend with our SIMD kernels on its heap. tfjs is imported when it is activated or asked for facts, not before. */
export function wasmBackend(): Backend {
  return { name: "wasm", available, activate, facts };
}

async function available(): ReturnType<Backend["available"]> {
  if (webAssembly === undefined) return { ok: false, reason: "there is no WebAssembly" };
  if (!hasSimd()) return { ok: false, reason: "its WebAssembly has no 128-bit SIMD" };
  return { ok: true };
}

async function activate(): Promise<void> {
  const state = await available();
  if (!state.ok) throw E_BACKEND_WASM_UNAVAILABLE({ reason: state.reason });
  const { install } = await import("./install.ts");
  await install();
}

async function facts(): ReturnType<Backend["facts"]> {
  const { kernelCounts } = await import("./install.ts");
  const { stock, own } = await kernelCounts();
  return {
    simd: hasSimd(),
    relaxedSimd: hasRelaxedSimd(),
    threads: 1,
    memoryLimitBytes: 4 * GIGABYTE,
    stockKernels: stock,
    ownKernels: own,
  };
}
