import { didYouMean } from "@fastap/kernel";
import { E_BACKEND_WASM_OPTION } from "./errors.ts";

export interface BackendWasmOptions {
  /** Threads for large kernels, this one included: as many as the machine has cores (at most 8), or a number. Default "auto". */
  readonly threads?: "auto" | number;
  /**
   * Fused multiply-add (relaxed SIMD): up to a third faster, other last bits. "auto" uses it where the machine has it, in Node 20 by
   * setting V8's flag for it. Default "auto".
   */
  readonly fma?: "auto" | boolean;
}

const MOST_THREADS = 64;

const CHECKS: Readonly<Record<keyof BackendWasmOptions, readonly [expected: string, ok: (value: unknown) => boolean]>> = {
  threads: [`"auto" or an integer from 1 to ${MOST_THREADS}`, (value) => value === "auto" || isThreadCount(value)],
  fma: [`"auto", true or false`, (value) => value === "auto" || typeof value === "boolean"],
};

function isThreadCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_THREADS;
}

/** @throws E_BACKEND_WASM_OPTION */
export function parseOptions(raw: unknown): BackendWasmOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_BACKEND_WASM_OPTION({ option: "backend-wasm", expected: "an object", received: show(raw) });
  for (const [option, value] of Object.entries(raw)) {
    if (!isOption(option)) {
      const known = Object.keys(CHECKS);
      throw E_BACKEND_WASM_OPTION({ option, expected: known.join(", "), received: option, hint: didYouMean(option, known) });
    }
    const [expected, ok] = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_BACKEND_WASM_OPTION({ option, expected, received: show(value) });
  }
  return raw;
}

function isOption(name: string): name is keyof BackendWasmOptions {
  return Object.hasOwn(CHECKS, name);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
