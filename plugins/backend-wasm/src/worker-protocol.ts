import type { CompiledModule, Exports, WasmMemory } from "./web-assembly.ts";

/** Where what lies in the int32 numbers that all threads share. */
export const Cell = {
  /** Number of the job in the upper half, tasks not yet taken in the lower: one word, so that a task is taken in one step. */
  ticket: 0,
  /** Tasks finished. */
  done: 1,
  tasks: 2,
  kernel: 3,
  job: 4,
  scratch: 5,
  scratchBytes: 6,
  /** Index of a worker whose task threw, or 0. */
  failed: 7,
  quit: 8,
  count: 9,
} as const;

export const TASK_BITS: number = 0xffff;

/** A kernel that does one task of a job; `job` and `scratch` are addresses. */
export type TaskKernel = (job: number, task: number, scratch: number) => void;

/** First and only message to a worker. */
export interface WorkerStart {
  readonly cells: Int32Array;
  readonly module: CompiledModule;
  readonly memory: WasmMemory;
  /** Names of the kernels, in the order of `Cell.kernel`. */
  readonly kernels: readonly string[];
  /** From 1; the main thread is 0. */
  readonly index: number;
}

/** Takes tasks of the current job, one by one, until none is left. Throws what a task throws, with its task counted as done. */
export function takeTasks(cells: Int32Array, kernels: readonly TaskKernel[], index: number): void {
  for (;;) {
    const ticket = Atomics.load(cells, Cell.ticket);
    const left = ticket & TASK_BITS;
    if (left === 0) return;
    const [kernel, job, scratch, scratchBytes] = cells.subarray(Cell.kernel, Cell.failed) as unknown as readonly [
      number,
      number,
      number,
      number,
    ];
    // The ticket has not changed since: what was read belongs to it.
    if (Atomics.compareExchange(cells, Cell.ticket, ticket, ticket - 1) !== ticket) continue;
    try {
      kernels[kernel]?.(job, left - 1, scratch + index * scratchBytes);
    } catch (error) {
      if (index > 0) Atomics.store(cells, Cell.failed, index);
      throw error;
    } finally {
      countDone(cells);
    }
  }
}

function countDone(cells: Int32Array): void {
  if (Atomics.add(cells, Cell.done, 1) + 1 === Atomics.load(cells, Cell.tasks)) Atomics.notify(cells, Cell.done);
}

/** The named exports, as kernels. */
export function taskKernels(exports: Exports, names: readonly string[]): TaskKernel[] {
  return names.map((name) => exports[name] as TaskKernel);
}
