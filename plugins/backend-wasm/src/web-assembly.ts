/** Compiled code; it can be sent to workers. */
export type CompiledModule = object;

export type Exports = Readonly<Record<string, unknown>>;

type Imports = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The heap; its buffer is replaced by a growth. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}

/** The part of the WebAssembly API used here; the compiler's library has it only together with all of the DOM. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: ArrayBuffer | Uint8Array): Promise<CompiledModule>;
  readonly Instance: new (module: CompiledModule, imports: Imports) => { readonly exports: Exports };
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number; readonly shared: boolean }) => WasmMemory;
}

/** Undefined where the platform has none. */
export const webAssembly: WebAssemblyApi | undefined = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;

/** A module of one function without parameters or results, whose body is the given code. */
function moduleOf(code: readonly number[]): Uint8Array {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const types = [0x01, 0x04, 0x01, 0x60, 0x00, 0x00];
  const functions = [0x03, 0x02, 0x01, 0x00];
  const body = [0x00, ...code, 0x0b];
  return Uint8Array.from([...header, ...types, ...functions, 0x0a, body.length + 2, 0x01, body.length, ...body]);
}

const V128_ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const DROP = 0x1a;

/** Whether 128-bit SIMD runs here. */
export function hasSimd(): boolean {
  return webAssembly?.validate(moduleOf([...V128_ZERO, DROP])) ?? false;
}

/** Whether relaxed SIMD (fused multiply-add) runs here. */
export function hasRelaxedSimd(): boolean {
  const relaxedMadd = [0xfd, 0x85, 0x02];
  return webAssembly?.validate(moduleOf([...V128_ZERO, ...V128_ZERO, ...V128_ZERO, ...relaxedMadd, DROP])) ?? false;
}

/** Whether several threads may share a heap; undefined, or what is in the way. */
export function sharedMemoryObstacle(): string | undefined {
  const { SharedArrayBuffer, crossOriginIsolated } = globalThis as { SharedArrayBuffer?: unknown; crossOriginIsolated?: boolean };
  if (crossOriginIsolated === false) return "the page is not cross-origin isolated";
  if (SharedArrayBuffer === undefined) return "there is no SharedArrayBuffer";
  const atomicFence = [0xfe, 0x03, 0x00];
  return webAssembly?.validate(moduleOf(atomicFence)) === true ? undefined : "this WebAssembly has no threads";
}
