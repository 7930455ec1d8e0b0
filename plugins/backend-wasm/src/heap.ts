import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_MEMORY } from "./errors.ts";
import { taskNames } from "./module.ts";
import type { KernelModule, Pointer, TaskName } from "./module.ts";
import type { OverlayKernels } from "./overlay.ts";
import { renumber } from "./tfjs-wasm.ts";
import type { WasmBackend } from "./tfjs-wasm.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Areas of scratch memory; a kernel takes each at most once per call. */
export type ScratchArea = "pack" | "row" | "geometry" | "sums" | "job" | "tasks" | "weights" | "tiles" | "products";

/** tfjs's heap as our kernels see it: pointers of tensors, new tensors, scratch memory. */
export class Heap {
  readonly backend: WasmBackend;
  readonly kernels: KernelModule;
  readonly #pool: WorkerPool;
  readonly #overlay: OverlayKernels | undefined;
  readonly #areas = new Map<ScratchArea, { readonly pointer: Pointer; readonly bytes: number }>();
  #ints: Int32Array = new Int32Array(0);

  constructor(backend: WasmBackend, kernels: KernelModule, pool: WorkerPool, overlay?: OverlayKernels) {
    this.backend = backend;
    this.kernels = { ...kernels, ...overlay?.kernels };
    this.#pool = pool;
    this.#overlay = overlay;
  }

  /** Threads that large kernels run on. Nothing that a kernel computes may depend on it. */
  get threads(): number {
    return this.#pool.threads;
  }

  /** Whether another plugin's kernels lie over ours: it runs all tasks of a job at once. */
  get overlaid(): boolean {
    return this.#overlay !== undefined;
  }

  /** Makes sure of the scratch memory for `parallel`, to call before outputs are made. @throws E_BACKEND_WASM_MEMORY */
  reserve(scratchBytes: number): void {
    if (this.#overlay === undefined) this.scratch("tasks", roundUp(scratchBytes) * this.#pool.threads);
  }

  /**
   * Runs the tasks 0 to `tasks` − 1 of a job on all threads. `numbers` is the job as the kernel reads it, `scratchBytes` what it needs per
   * thread. @throws E_BACKEND_WASM_MEMORY, E_BACKEND_WASM_WORKER
   */
  parallel(task: TaskName, numbers: readonly number[], tasks: number, scratchBytes: number): void {
    if (this.#overlay !== undefined) return this.#overlay.run(task, numbers);
    const bytes = roundUp(scratchBytes);
    const scratch = this.scratch("tasks", bytes * this.#pool.threads);
    const job = this.write("job", numbers);
    this.#pool.run({ kernel: taskNames.indexOf(task), job, tasks, scratch, scratchBytes: bytes });
  }

  pointer(tensor: TensorInfo): Pointer {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new tensor with undefined contents. @throws E_BACKEND_WASM_MEMORY */
  output(shape: readonly number[], dtype: DataType = "float32"): TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  /** As many new tensors, or none. @throws E_BACKEND_WASM_MEMORY */
  outputs<const S extends readonly (readonly number[])[]>(...shapes: S): { -readonly [K in keyof S]: TensorInfo } {
    const made: TensorInfo[] = [];
    try {
      for (const shape of shapes) made.push(this.output(shape));
    } catch (error) {
      for (const tensor of made) this.backend.disposeData(tensor.dataId);
      throw error;
    }
    return made as { -readonly [K in keyof S]: TensorInfo };
  }

  /** The tensors themselves, to be written in place, save that those whose memory others share get a new one. @throws E_BACKEND_WASM_MEMORY */
  inPlace(tensors: readonly TensorInfo[]): TensorInfo[] {
    const shared: TensorInfo[] = [];
    for (const tensor of tensors) if (this.backend.refCount(tensor.dataId) > 1) shared.push(tensor);
    const fresh: readonly TensorInfo[] = shared.length === 0 ? shared : this.outputs(...shared.map(({ shape }) => shape));
    const outs: TensorInfo[] = [];
    let next = 0;
    for (const tensor of tensors) {
      if (shared[next] === tensor) outs.push(fresh[next++] ?? tensor);
      else {
        renumber(this.backend, tensor.dataId, sizeOf(tensor.shape));
        outs.push(tensor);
      }
    }
    return outs;
  }

  /** At least so many bytes, with undefined contents, valid until the area is asked for again. @throws E_BACKEND_WASM_MEMORY */
  scratch(area: ScratchArea, bytes: number): Pointer {
    const old = this.#areas.get(area);
    if (old !== undefined && old.bytes >= bytes) return old.pointer;
    if (old !== undefined) this.backend.wasm._free(old.pointer);
    this.#areas.delete(area);
    const pointer = this.backend.wasm._malloc(bytes);
    if (pointer === 0) throw E_BACKEND_WASM_MEMORY({ bytes });
    this.#areas.set(area, { pointer, bytes });
    return pointer;
  }

  /** Scratch memory for packed panels. */
  pack(): Pointer {
    return this.scratch("pack", this.kernels.packBytes());
  }

  /** Writes int32 numbers to a scratch area. */
  write(area: ScratchArea, numbers: readonly number[]): Pointer {
    const pointer = this.scratch(area, 4 * Math.max(numbers.length, 64));
    const { buffer } = this.backend.wasm.HEAPU8;
    if (this.#ints.buffer !== buffer) this.#ints = new Int32Array(buffer); // the heap has grown
    this.#ints.set(numbers, pointer / 4);
    return pointer;
  }
}

/** To whole cache lines, so that threads do not share one. */
function roundUp(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** Number of elements. Every kernel asks several times: a loop, as a function for each axis takes longer than a small kernel. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}
