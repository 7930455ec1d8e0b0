import { isNode } from "./platform.ts";
import { hasRelaxedSimd } from "./web-assembly.ts";
import type { BackendWasmOptions } from "./options.ts";

/**
 * Whether the build with fused multiply-add is to run. Node 20 has it behind a flag of V8, which only adds instructions and may be set at
 * any time before code that uses them is compiled.
 */
export async function decideFma(option: BackendWasmOptions["fma"]): Promise<boolean> {
  if (option === false) return false;
  if (!hasRelaxedSimd() && isNode()) {
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  return hasRelaxedSimd();
}
