import type { OverlayKernels } from "@fastap/plugin-backend-wasm";
import { E_BACKEND_NATIVE_MEMORY } from "./errors.ts";
import { libraryFolder, PLATFORM } from "./library-folder.ts";
import { ABI, verifiedLibrary } from "./manifest.ts";
import { declaration, kernelPrototypes, passPrototypes, taskPrototypes } from "./prototypes.ts";
import type { Prototype } from "./prototypes.ts";
import { wholeKernels } from "./whole-kernels.ts";
import type { Pass } from "./whole-kernels.ts";

type NativeFunction = (...args: readonly unknown[]) => unknown;

/** The shared library, loaded and found to work. */
export interface NativeLibrary {
  readonly path: string;
  /** The best instruction set up to the wanted one, "" for the best of all, from now on; returns its name. */
  useIsa(wanted: string): string;
  setThreads(threads: number): void;
  /** How many it could start. */
  threads(): number;
  kernels(memory: () => Uint8Array): OverlayKernels;
}

export type Loaded = { readonly ok: true; readonly library: NativeLibrary } | { readonly ok: false; readonly reason: string };

const loaded = new Map<string, Promise<Loaded>>();

/** Loads the library, once per folder; every reason not to is an answer and no error. */
export function loadLibrary(folder: string | undefined = libraryFolder()): Promise<Loaded> {
  if (folder === undefined) {
    const reason = `no library for ${PLATFORM}: install @fastap/native-${PLATFORM}, or run "npm run build:native" where there is a C compiler`;
    return Promise.resolve({ ok: false, reason });
  }
  const known = loaded.get(folder) ?? load(folder);
  loaded.set(folder, known);
  // A library that was refused may be mended.
  void known.then(({ ok }) => ok || loaded.delete(folder));
  return known;
}

async function load(folder: string): Promise<Loaded> {
  const refuse = (reason: string): Loaded => ({ ok: false, reason });
  const found = await verifiedLibrary(folder);
  if ("reason" in found) return refuse(found.reason);
  const koffi = await import("koffi").catch(() => undefined);
  if (koffi === undefined) return refuse(`the package koffi, which calls native code, is not installed: npm install koffi`);
  try {
    const handle = koffi.default.load(found.path);
    const func = (text: string): NativeFunction => handle.func(text);
    const abi = Number(func("int fastap_abi()")());
    if (abi !== ABI) return refuse(`${found.path} has kernel table ${abi}, and this is backend-native with table ${ABI}`);
    const library = libraryOf(found.path, func);
    library.useIsa("");
    return selfTest(library) ? { ok: true, library } : refuse(`${found.path} computes wrong numbers on this CPU`);
  } catch (error) {
    return refuse(`${found.path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function libraryOf(path: string, func: (declaration: string) => NativeFunction): NativeLibrary {
  const [useIsa, setThreads, threads] = [
    "const char *fastap_use_isa(const char *)",
    "void fastap_set_threads(int)",
    "int fastap_threads()",
  ].map(func) as [NativeFunction, NativeFunction, NativeFunction];
  const functions = (prototypes: Readonly<Record<string, Prototype>>): [string, NativeFunction][] =>
    Object.entries(prototypes).map(([name, prototype]) => [name, complete(name, func(declaration(prototype)))]);
  const [kernels, passes, tasks] = [functions(kernelPrototypes), new Map(functions(passPrototypes)), new Map(functions(taskPrototypes))];
  const bind = (memory: () => Uint8Array): OverlayKernels => {
    const pass: Pass = (name, ...args) => void passes.get(name)?.(memory(), ...args);
    const found = new Int32Array(1);
    return {
      kernels: {
        // koffi passes the heap by address, without a copy.
        ...Object.fromEntries(kernels.map(([name, call]) => [name, (...args: readonly number[]) => call(memory(), ...args)])),
        ...scratchSizes,
        gatherFloats: (...args) => (pass("gather", ...args, found), found[0] ?? -1),
        findNotFinite: (...args) => (pass("findNotFinite", ...args, found), found[0] ?? -1),
      },
      run: (task, numbers) => void tasks.get(task)?.(memory(), new Int32Array(numbers)),
      whole: wholeKernels(pass),
    };
  };
  return {
    path,
    useIsa: (wanted) => String(useIsa(wanted)),
    setThreads: (count) => void setThreads(count),
    threads: () => Number(threads()),
    kernels: bind,
  };
}

/** Throws where the kernel could not do its work. @throws E_BACKEND_NATIVE_MEMORY */
function complete(kernel: string, call: NativeFunction): NativeFunction {
  return (...args) => {
    const bytes = call(...args);
    if (bytes !== 0) throw E_BACKEND_NATIVE_MEMORY({ kernel, bytes: Number(bytes) });
    return undefined;
  };
}

/** The library has scratch memory of its own, save for packed weights: panels of at most 16 columns more than there are. */
const scratchSizes = {
  packBytes: (): number => 64,
  stepBytes: (): number => 64,
  weightBytes: (depth: number, columns: number): number => 4 * depth * Math.ceil(columns / 16) * 16,
};

/** A product of 7 x 5 and 5 x 19 matrices of small whole numbers, which has one right answer. */
function selfTest(library: NativeLibrary): boolean {
  const [rows, columns, depth] = [7, 19, 5];
  const heap = new Float32Array(1024);
  const [left, right, out] = [16, 64, 256];
  heap.subarray(left, left + rows * depth).forEach((_, i, a) => void (a[i] = (i % 7) - 3));
  heap.subarray(right, right + depth * columns).forEach((_, i, a) => void (a[i] = (i % 5) - 2));
  const { run } = library.kernels(() => new Uint8Array(heap.buffer));
  run("gemmTask", [1, rows, columns, depth, depth, 0, columns, 0, rows, columns, 1, 4 * left, 4 * right, 4 * out]);
  for (let i = 0; i < rows * columns; i++) {
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum += (heap[left + Math.floor(i / columns) * depth + k] ?? 0) * (heap[right + k * columns + (i % columns)] ?? 0);
    }
    if (heap[out + i] !== sum) return false;
  }
  return true;
}
