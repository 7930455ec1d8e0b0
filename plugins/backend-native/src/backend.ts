import { availableParallelism } from "node:os";
import type { Backend } from "@fastap/kernel";
import { activateOverlay } from "@fastap/plugin-backend-wasm";
import { E_BACKEND_NATIVE_UNAVAILABLE } from "./errors.ts";
import { loadLibrary } from "./native-library.ts";
import type { NativeLibrary } from "./native-library.ts";
import type { BackendNativeOptions } from "./options.ts";
import { kernelPrototypes, passPrototypes, taskPrototypes } from "./prototypes.ts";

/** More would wait for memory, not for each other's results. */
const MOST_AUTOMATIC = 8;
const GIGABYTE = 2 ** 30;

/** The wasm backend with its kernels in C. Nothing is loaded before it is asked whether it is available. */
export function nativeBackend(options: BackendNativeOptions): Backend {
  return {
    name: "native",
    copiesData: true,
    available: () => available(options),
    activate: () => activate(options),
    facts: () => facts(options),
  };
}

async function available({ library }: BackendNativeOptions): ReturnType<Backend["available"]> {
  const loaded = await loadLibrary(library);
  return loaded.ok ? { ok: true } : loaded;
}

async function activate(options: BackendNativeOptions): Promise<void> {
  const library = await required(options);
  configure(library, options);
  await activateOverlay({ name: "native", bind: library.kernels });
}

async function facts(options: BackendNativeOptions): ReturnType<Backend["facts"]> {
  const library = await required(options);
  const isa = configure(library, options);
  return {
    isa,
    threads: library.threads(),
    memoryLimitBytes: 4 * GIGABYTE,
    nativeKernels: Object.keys({ ...kernelPrototypes, ...taskPrototypes, ...passPrototypes }).length,
    library: library.path,
  };
}

async function required({ library }: BackendNativeOptions): Promise<NativeLibrary> {
  const loaded = await loadLibrary(library);
  if (!loaded.ok) throw E_BACKEND_NATIVE_UNAVAILABLE({ reason: loaded.reason });
  return loaded.library;
}

/** The library has one setting per process: that of the last options. Returns the instruction set. */
function configure(library: NativeLibrary, { threads = "auto", isa = "auto" }: BackendNativeOptions): string {
  library.setThreads(threads === "auto" ? Math.min(availableParallelism(), MOST_AUTOMATIC) : threads);
  return library.useIsa(isa === "auto" ? "" : isa);
}
