import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap, ScratchArea } from "../heap.ts";
import type { Pointer, TaskName } from "../module.ts";
import { pieceLength, taskCount } from "../task-count.ts";
import type { Convolution } from "./convolution.ts";

/** Numbers of a transformed tile, and of one whose image is 2x2 pixels with padding all around. */
const COMPONENTS = 16;
const LONE_COMPONENTS = 9;
/** Floats between two components: one cache line, for lengths are often powers of two and would fall on one set of the cache. */
const GAP = 16;
/** Floats of transformed tiles at a time, of both sides: they stay in the cache. */
const CHUNK_FLOATS = 2 ** 19;
/** Rows of a product that make packing its right side cheap. */
const LEAST_TILES = 96;
/** Fewer channels do not pay for the transforms. */
const LEAST_CHANNELS = 16;
/** Tiles, or vectors of pairs of channels, of a task: some microseconds of work. */
const LEAST_OF_TASK = 16;

/** A matrix `[length, channels]` for every component. */
interface Components {
  readonly pointer: Pointer;
  readonly length: number;
  readonly channels: number;
  /** Floats from one to the next. */
  readonly step: number;
}

/** `out = left · right` for every component, or `out += leftᵀ · right` of two sides of tiles. */
interface Product {
  readonly left: Components;
  readonly right: Components;
  readonly out: Components;
  readonly tiles?: boolean;
  /** The right side is the filter of the forward pass, to be turned by 180 degrees and its channels swapped. */
  readonly turned?: boolean;
  readonly accumulate?: boolean;
}

/** A transform between a tensor and components. */
interface Transform {
  readonly task: Extract<TaskName, `winograd${string}`>;
  readonly tensor: Pointer;
  readonly components: Components;
  /** First tile, how many, and for them what the convolution is; a filter is all of its pairs of channels. */
  readonly first?: number;
  readonly count: number;
  readonly geometry?: readonly number[];
}

/**
 * A convolution with a 3x3 filter of stride 1 that makes 2x2 pixels of its output out of 4x4 of its input with 16 multiplications per pair
 * of channels instead of 36, or with 9 where only 2x2 of the 4x4 are no padding. The transforms only add and halve, so its rounding errors
 * are about those of the plain sum. A pixel that is NaN or infinite makes all 2x2 NaN that it has a part in.
 * @source Lavin & Gray 2015, Fast algorithms for convolutional neural networks
 */
export class Winograd {
  readonly #heap: Heap;
  /** As the kernels read it. */
  readonly #geometry: readonly number[];
  /** Tasks of each phase at most: these follow at once one after the other, so that threads once awake stay so. */
  readonly #tasks: number;
  /** Components of a tile. */
  readonly #count: number;

  constructor(heap: Heap, geometry: readonly number[]) {
    this.#heap = heap;
    this.#geometry = geometry;
    const [batch = 0, inHeight, inWidth, inChannels = 0, height = 0, width = 0, outChannels = 0] = geometry;
    const isLone = [inHeight, inWidth, height, width].every((length) => length === 2) && geometry.slice(-2).every((pad) => pad === 1);
    this.#count = isLone ? LONE_COMPONENTS : COMPONENTS;
    this.#tasks = taskCount(4 * batch * height * width * inChannels * outChannels, heap.threads);
  }

  /** Nothing where the convolution is of another kind, or too small for this to pay. @throws E_BACKEND_WASM_SHAPE */
  static of(heap: Heap, convolution: Convolution, outShape: readonly number[]): Winograd | undefined {
    if (!hasDenseFilter(convolution.info)) return undefined;
    const geometry = convolution.geometry(outShape);
    const [batch = 0, height = 0, width = 0] = outShape;
    return batch > 0 && height > 1 && width > 1 ? new Winograd(heap, geometry) : undefined;
  }

  /** `x`, `filter` `[3, 3, inChannels, outChannels]`. */
  forward(x: TensorInfo, filter: TensorInfo, outShape: readonly number[]): TensorInfo {
    return this.#convolve(x, filter, outShape, { geometry: this.#geometry, turned: false });
  }

  /** A convolution too: of the output's gradient with the turned filter. */
  inputGrad(dy: TensorInfo, filter: TensorInfo, inputShape: readonly number[]): TensorInfo {
    const [batch = 0, inHeight = 0, inWidth = 0, ci = 0, outHeight = 0, outWidth = 0, co = 0] = this.#geometry;
    const rest = this.#geometry.slice(7, -2);
    const [padTop = 0, padLeft = 0] = this.#geometry.slice(-2);
    const geometry = [batch, outHeight, outWidth, co, inHeight, inWidth, ci, ...rest, 2 - padTop, 2 - padLeft];
    return this.#convolve(dy, filter, inputShape, { geometry, turned: true });
  }

  filterGrad(x: TensorInfo, dy: TensorInfo, filterShape: readonly number[]): TensorInfo {
    const heap = this.#heap;
    const geometry = this.#geometry;
    const [, , , ci = 0, , , co = 0] = geometry;
    const { tiles, chunk } = this.#chunks(geometry);
    const sums = this.#components("weights", ci, co);
    this.#components("tiles", chunk, ci);
    this.#components("products", chunk, co);
    heap.reserve(this.#scratchBytes());
    const out = heap.output(filterShape);
    for (let first = 0; first < tiles; first += chunk) {
      const count = Math.min(chunk, tiles - first);
      const left = this.#components("tiles", count, ci);
      const right = this.#components("products", count, co);
      this.#transform({ task: "winogradTilesTask", tensor: heap.pointer(x), components: left, first, count, geometry });
      this.#transform({ task: "winogradGradTilesTask", tensor: heap.pointer(dy), components: right, first, count, geometry });
      this.#multiply({ left, right, out: sums, tiles: true, accumulate: first > 0 });
    }
    this.#transform({ task: "winogradFilterGradTask", tensor: heap.pointer(out), components: sums, count: ci * co });
    return out;
  }

  #convolve(
    x: TensorInfo,
    filter: TensorInfo,
    outShape: readonly number[],
    { geometry, turned }: { readonly geometry: readonly number[]; readonly turned: boolean },
  ): TensorInfo {
    const heap = this.#heap;
    const [ci = 0, co = 0] = filter.shape.slice(2);
    const [depth, columns] = turned ? [co, ci] : [ci, co];
    const { tiles, chunk } = this.#chunks(geometry);
    const weights = this.#components("weights", ci, co);
    this.#components("tiles", chunk, depth);
    this.#components("products", chunk, columns);
    heap.reserve(this.#scratchBytes());
    const out = heap.output(outShape);
    this.#transform({ task: "winogradFilterTask", tensor: heap.pointer(filter), components: weights, count: ci * co });
    for (let first = 0; first < tiles; first += chunk) {
      const count = Math.min(chunk, tiles - first);
      const left = this.#components("tiles", count, depth);
      const products = this.#components("products", count, columns);
      this.#transform({ task: "winogradTilesTask", tensor: heap.pointer(x), components: left, first, count, geometry });
      this.#multiply({ left, right: weights, out: products, turned });
      this.#transform({ task: "winogradOutputTask", tensor: heap.pointer(out), components: products, first, count, geometry });
    }
    return out;
  }

  #chunks([batch = 0, , , ci = 0, height = 0, width = 0, co = 0]: readonly number[]): { readonly tiles: number; readonly chunk: number } {
    const tiles = batch * Math.ceil(height / 2) * Math.ceil(width / 2);
    const fitting = Math.floor(CHUNK_FLOATS / this.#count / (ci + co));
    return { tiles, chunk: Math.min(tiles, Math.max(LEAST_TILES, fitting)) };
  }

  #components(area: ScratchArea, length: number, channels: number): Components {
    const step = length * channels + GAP;
    return { pointer: this.#heap.scratch(area, 4 * this.#count * step), length, channels, step };
  }

  /** Of a thread: for a product, or a line of an image. */
  #scratchBytes(): number {
    const [, , inWidth = 0, inChannels = 0, , outWidth = 0, outChannels = 0] = this.#geometry;
    return Math.max(this.#heap.kernels.packBytes(), 4 * inWidth * inChannels, 4 * outWidth * outChannels);
  }

  get #lone(): number {
    return Number(this.#count === LONE_COMPONENTS);
  }

  #transform({ task, tensor, components, first = 0, count, geometry = [] }: Transform): void {
    const { pointer, step } = components;
    const toTensor = task === "winogradOutputTask" || task === "winogradFilterGradTask";
    const [source, target] = toTensor ? [pointer, tensor] : [tensor, pointer];
    const perTask = pieceLength(count, this.#tasks, { unit: 4, least: LEAST_OF_TASK });
    const job = [source, target, step, first, count, perTask, this.#lone, ...geometry];
    this.#heap.parallel(task, job, Math.ceil(count / perTask), this.#scratchBytes());
  }

  #multiply({ left, right, out, tiles = false, turned = false, accumulate = false }: Product): void {
    const [rows, depth] = tiles ? [left.channels, left.length] : [left.length, left.channels];
    const job = [left.pointer, right.pointer, out.pointer, left.step, right.step, out.step, rows, out.channels, depth, this.#count];
    const flags = [tiles, turned, accumulate].map(Number);
    const perTask = pieceLength(this.#count, this.#tasks);
    this.#heap.parallel("winogradProductsTask", [...job, ...flags, perTask], Math.ceil(this.#count / perTask), this.#scratchBytes());
  }
}

/** A 3x3 filter of neighbouring pixels, step by step, over enough channels. */
function hasDenseFilter(info: Convolution["info"]): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, inChannels, outChannels } = info;
  const steps = [strideHeight, strideWidth, dilationHeight, dilationWidth];
  if (filterHeight !== 3 || filterWidth !== 3 || steps.some((step) => step !== 1)) return false;
  return [inChannels, outChannels].every((channels) => channels % 4 === 0 && channels >= LEAST_CHANNELS);
}
