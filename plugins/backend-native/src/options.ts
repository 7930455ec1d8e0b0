import { didYouMean } from "@fastap/kernel";
import { E_BACKEND_NATIVE_OPTION } from "./errors.ts";

export interface BackendNativeOptions {
  /** Threads for large kernels, the calling one included: as many as the machine has cores (at most 8), or a number. Default "auto". */
  readonly threads?: "auto" | number;
  /** The best instruction set to use. "auto" is the best that the CPU has; one that it lacks falls back to a lower one. Default "auto". */
  readonly isa?: "auto" | "avx512" | "avx2" | "neon" | "portable";
  /** Folder with `manifest.json` and the library, in place of the installed or the built one. */
  readonly library?: string;
}

const MOST_THREADS = 64;
const SETS: readonly unknown[] = ["auto", "avx512", "avx2", "neon", "portable"];

const CHECKS: Readonly<Record<keyof BackendNativeOptions, readonly [expected: string, ok: (value: unknown) => boolean]>> = {
  threads: [`"auto" or an integer from 1 to ${MOST_THREADS}`, (value) => value === "auto" || isThreadCount(value)],
  isa: [`one of ${SETS.join(", ")}`, (value) => SETS.includes(value)],
  library: ["the path of a folder", (value) => typeof value === "string" && value !== ""],
};

function isThreadCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_THREADS;
}

/** @throws E_BACKEND_NATIVE_OPTION */
export function parseOptions(raw: unknown): BackendNativeOptions {
  if (raw === undefined) return {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw E_BACKEND_NATIVE_OPTION({ option: "backend-native", expected: "an object", received: show(raw) });
  for (const [option, value] of Object.entries(raw)) {
    if (!isOption(option)) {
      const known = Object.keys(CHECKS);
      throw E_BACKEND_NATIVE_OPTION({ option, expected: known.join(", "), received: option, hint: didYouMean(option, known) });
    }
    const [expected, ok] = CHECKS[option];
    if (value !== undefined && !ok(value)) throw E_BACKEND_NATIVE_OPTION({ option, expected, received: show(value) });
  }
  return raw;
}

function isOption(name: string): name is keyof BackendNativeOptions {
  return Object.hasOwn(CHECKS, name);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
