import { E_BACKEND_WASM_LOAD, E_BACKEND_WASM_UNAVAILABLE } from "./errors.ts";
import { isNode } from "./platform.ts";
import { webAssembly } from "./web-assembly.ts";
import type { CompiledModule, WasmMemory } from "./web-assembly.ts";
import { taskKernels } from "./worker-protocol.ts";
import type { TaskKernel } from "./worker-protocol.ts";

/** Address on the heap, in bytes. */
export type Pointer = number;
type Flag = 0 | 1;

/** A function of each of `count` floats. */
export type UnaryKernel = (x: Pointer, count: number, out: Pointer) => void;

/** A function of two operands, walked through as `shape` says. */
export type BinaryKernel = (shape: Pointer, x: Pointer, y: Pointer, out: Pointer) => void;

/** What `assembly/index.ts` exports; its sources document the parameters. */
export interface KernelModule {
  packBytes(): number;
  convScratchBytes(patch: number, pixels: number, width: number, rowFloats: number): number;
  gemm(
    ...args: [
      ...size: [rows: number, columns: number, depth: number],
      ...left: [pointer: Pointer, stride: number, transposed: Flag],
      ...right: [pointer: Pointer, stride: number, transposed: Flag],
      ...out: [pointer: Pointer, stride: number, accumulate: Flag, scratch: Pointer],
    ]
  ): void;
  depthwiseForward(geometry: Pointer, x: Pointer, filter: Pointer, y: Pointer, scratch: Pointer): void;
  depthwiseFilterGrad(geometry: Pointer, x: Pointer, dy: Pointer, dFilter: Pointer, sums: Pointer): void;
  depthwiseInputGrad(geometry: Pointer, dy: Pointer, filter: Pointer, dx: Pointer): void;
  maxPoolGrad(geometry: Pointer, x: Pointer, dy: Pointer, dx: Pointer): void;
  sumMiddle(x: Pointer, outer: number, reduced: number, inner: number, scale: number, out: Pointer, sums: Pointer): void;
  extremeMiddle(x: Pointer, outer: number, reduced: number, inner: number, largest: Flag, out: Pointer): void;
  addFloats: BinaryKernel;
  subtractFloats: BinaryKernel;
  multiplyFloats: BinaryKernel;
  divideFloats: BinaryKernel;
  maximumFloats: BinaryKernel;
  minimumFloats: BinaryKernel;
  squaredDifferenceFloats: BinaryKernel;
  greaterFloats: BinaryKernel;
  greaterEqualFloats: BinaryKernel;
  lessFloats: BinaryKernel;
  lessEqualFloats: BinaryKernel;
  equalFloats: BinaryKernel;
  notEqualFloats: BinaryKernel;
  selectFloats(condition: Pointer, yes: Pointer, no: Pointer, count: number, out: Pointer): void;
  gatherFloats(x: Pointer, outer: number, length: number, inner: number, ids: Pointer, count: number, out: Pointer): number;
  embedColumn(table: Pointer, length: number, ids: Pointer, columns: number, batch: number, wide: Pointer, width: number): void;
  embedColumnGrad(
    ...args: [
      ...table: [pointer: Pointer, rows: number, length: number],
      ...ids: [pointer: Pointer, columns: number, batch: number],
      ...wide: [pointer: Pointer, width: number],
    ]
  ): void;
  avgPoolGrad(geometry: Pointer, dy: Pointer, dx: Pointer): void;
  scaleShift(
    ...args: [
      ...x: [pointer: Pointer, rows: number, channels: number],
      ...statistics: [mean: Pointer, variance: Pointer, gamma: Pointer, beta: Pointer, eps: number],
      ...out: [y: Pointer, scratch: Pointer],
    ]
  ): void;
  expFloats: UnaryKernel;
  logFloats: UnaryKernel;
  sigmoidFloats: UnaryKernel;
  tanhFloats: UnaryKernel;
  erfFloats: UnaryKernel;
  sqrtFloats: UnaryKernel;
  rsqrtFloats: UnaryKernel;
  softplusFloats: UnaryKernel;
  floatsOfInts: UnaryKernel;
  intsOfBytes: UnaryKernel;
  segmentSumFloats(x: Pointer, ids: Pointer, rows: number, columns: number, segments: number, out: Pointer): void;
  segmentSumInts(x: Pointer, ids: Pointer, rows: number, columns: number, segments: number, out: Pointer): void;
  biasActivation(x: Pointer, bias: Pointer, rows: number, columns: number, activation: number, to: Pointer): void;
  activationGrad(dy: Pointer, y: Pointer, count: number, activation: number, out: Pointer): void;
  batchNormForward(
    ...args: [
      ...x: [pointer: Pointer, rows: number, channels: number],
      ...affine: [gamma: Pointer, beta: Pointer, eps: number, relu: Flag],
      ...out: [y: Pointer, mean: Pointer, variance: Pointer, scratch: Pointer],
    ]
  ): void;
  batchNormGrad(
    ...args: [
      ...x: [pointer: Pointer, dy: Pointer, rows: number, channels: number],
      ...affine: [gamma: Pointer, beta: Pointer],
      ...saved: [mean: Pointer, variance: Pointer, eps: number, relu: Flag],
      ...out: [dx: Pointer, dGamma: Pointer, dBeta: Pointer, scratch: Pointer],
    ]
  ): void;
  avgPool(geometry: Pointer, x: Pointer, y: Pointer): void;
  clip(x: Pointer, count: number, low: number, high: number, out: Pointer): void;
  dropout(
    ...args: [
      ...x: [pointer: Pointer, first: number, count: number],
      ...mask: [key: number, threshold: number, scale: number],
      ...out: [pointer: Pointer],
    ]
  ): void;
  transposePlane(x: Pointer, rows: number, columns: number, stride: number, out: Pointer, outStride: number): void;
  findNotFinite(runs: Pointer, count: number): number;
  sumOfSquares(x: Pointer, count: number): number;
  scaleFloats(x: Pointer, factor: number, count: number, to: Pointer): void;
  softmaxCrossEntropy(
    ...args: [
      ...inputs: [logits: Pointer, labels: Pointer, weights: Pointer, smoothing: number, factor: number],
      ...size: [rows: number, classes: number],
      ...out: [losses: Pointer, gradients: Pointer],
    ]
  ): void;
  groupNormBytes(channels: number): number;
  groupNormForward(
    ...args: [
      ...x: [pointer: Pointer, batch: number, rows: number, channels: number, groups: number],
      ...affine: [gamma: Pointer, beta: Pointer, eps: number],
      ...out: [y: Pointer, mean: Pointer, variance: Pointer, scratch: Pointer],
    ]
  ): void;
  groupNormGrad(
    ...args: [
      ...x: [pointer: Pointer, dy: Pointer, batch: number, rows: number, channels: number, groups: number],
      ...saved: [gamma: Pointer, mean: Pointer, variance: Pointer, eps: number],
      ...out: [dx: Pointer, dGamma: Pointer, dBeta: Pointer, scratch: Pointer],
    ]
  ): void;
  weightBytes(depth: number, columns: number): number;
  packWeights(weights: Pointer, stride: number, transposed: Flag, depth: number, columns: number, to: Pointer): void;
  stepBytes(): number;
}

/** Kernels that work in tasks, on any thread; the order is that in which the pool numbers them. */
export const taskNames = [
  "gemmTask",
  "convForwardTask",
  "convFilterGradTask",
  "convInputGradTask",
  "lstmForwardTask",
  "lstmGradTask",
  "gruForwardTask",
  "gruGradTask",
  "optimizerStepTask",
  "gridSampleTask",
  "lightingTask",
  "winogradFilterTask",
  "winogradFilterGradTask",
  "winogradTilesTask",
  "winogradGradTilesTask",
  "winogradProductsTask",
  "winogradOutputTask",
] as const;

export type TaskName = (typeof taskNames)[number];

/** Our kernels, running, and their code for more threads. */
export interface StartedKernels {
  readonly kernels: KernelModule;
  readonly tasks: readonly TaskKernel[];
  readonly module: CompiledModule;
}

/** Starts our kernels on the given memory: that of tfjs's backend, so that no tensor is ever copied. */
export async function startKernelModule(memory: WasmMemory, fma: boolean): Promise<StartedKernels> {
  if (webAssembly === undefined) throw E_BACKEND_WASM_UNAVAILABLE({ reason: "there is no WebAssembly" });
  const shared = typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
  const url = new URL(`./kernels${shared ? "-shared" : ""}${fma ? "-relaxed" : ""}.wasm`, import.meta.url);
  try {
    const module = await webAssembly.compile(await bytesOf(url));
    const { exports } = new webAssembly.Instance(module, { env: { memory } });
    return { kernels: exports as unknown as KernelModule, tasks: taskKernels(exports, taskNames), module };
  } catch (error) {
    throw E_BACKEND_WASM_LOAD({ file: url.href, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

async function bytesOf(url: URL): Promise<ArrayBuffer | Uint8Array> {
  if (isNode()) {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}
