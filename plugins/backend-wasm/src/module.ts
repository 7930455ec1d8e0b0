import { E_BACKEND_WASM_LOAD, E_BACKEND_WASM_UNAVAILABLE } from "./errors.ts";
import { webAssembly } from "./web-assembly.ts";

/** Address on the heap, in bytes. */
export type Pointer = number;
type Flag = 0 | 1;

/** What `assembly/index.ts` exports; its sources document the parameters. */
export interface KernelModule {
  packBytes(): number;
  columnBytes(patch: number, pixels: number): number;
  gemm(
    ...args: [
      ...size: [rows: number, columns: number, depth: number],
      ...left: [pointer: Pointer, stride: number, transposed: Flag],
      ...right: [pointer: Pointer, stride: number, transposed: Flag],
      ...out: [pointer: Pointer, stride: number, accumulate: Flag, scratch: Pointer],
    ]
  ): void;
  convForward(geometry: Pointer, x: Pointer, filter: Pointer, y: Pointer, columns: Pointer, scratch: Pointer): void;
  convFilterGrad(geometry: Pointer, x: Pointer, dy: Pointer, dFilter: Pointer, columns: Pointer, scratch: Pointer): void;
  convInputGrad(geometry: Pointer, dy: Pointer, filter: Pointer, dx: Pointer, columns: Pointer, scratch: Pointer): void;
  depthwiseFilterGrad(geometry: Pointer, x: Pointer, dy: Pointer, dFilter: Pointer, sums: Pointer): void;
  depthwiseInputGrad(geometry: Pointer, dy: Pointer, filter: Pointer, dx: Pointer): void;
  maxPoolGrad(geometry: Pointer, x: Pointer, dy: Pointer, dx: Pointer): void;
  sumRows(x: Pointer, rows: number, columns: number, scale: number, out: Pointer, sums: Pointer): void;
  segmentSumFloats(x: Pointer, ids: Pointer, rows: number, columns: number, segments: number, out: Pointer): void;
  segmentSumInts(x: Pointer, ids: Pointer, rows: number, columns: number, segments: number, out: Pointer): void;
  batchNormForward(
    ...args: [
      ...x: [pointer: Pointer, rows: number, channels: number],
      ...affine: [gamma: Pointer, beta: Pointer, eps: number],
      ...out: [y: Pointer, mean: Pointer, variance: Pointer, scratch: Pointer],
    ]
  ): void;
  batchNormGrad(
    ...args: [
      ...x: [pointer: Pointer, dy: Pointer, rows: number, channels: number],
      ...saved: [gamma: Pointer, mean: Pointer, variance: Pointer, eps: number],
      ...out: [dx: Pointer, dGamma: Pointer, dBeta: Pointer, scratch: Pointer],
    ]
  ): void;
  softmaxCrossEntropy(logits: Pointer, labels: Pointer, rows: number, classes: number, losses: Pointer, gradients: Pointer): void;
  avgPool(geometry: Pointer, x: Pointer, y: Pointer): void;
  clip(x: Pointer, count: number, low: number, high: number, out: Pointer): void;
  adamStep(
    ...args: [
      ...tensors: [param: Pointer, grad: Pointer, avg: Pointer, sqrAvg: Pointer, count: number],
      ...hypers: [rate: number, mom: number, damp: number, sqrMom: number, sqrDamp: number, correction: number, eps: number],
      ...out: [param: Pointer, avg: Pointer, sqrAvg: Pointer],
    ]
  ): void;
}

/** Starts our kernels on the given memory: that of tfjs's backend, so that no tensor is ever copied. */
export async function startKernelModule(memory: object): Promise<KernelModule> {
  if (webAssembly === undefined) throw E_BACKEND_WASM_UNAVAILABLE({ reason: "there is no WebAssembly" });
  const url = new URL("./kernels.wasm", import.meta.url);
  try {
    const { instance } = await webAssembly.instantiate(await bytesOf(url), { env: { memory } });
    return instance.exports as unknown as KernelModule;
  } catch (error) {
    throw E_BACKEND_WASM_LOAD({ file: url.href, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

async function bytesOf(url: URL): Promise<ArrayBuffer | Uint8Array> {
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}
