import { E_BACKEND_WASM_WORKER } from "./errors.ts";
import { mayBlock } from "./platform.ts";
import type { CompiledModule, WasmMemory } from "./web-assembly.ts";
import { Cell, takeTasks, TASK_BITS } from "./worker-protocol.ts";
import type { TaskKernel } from "./worker-protocol.ts";
import { workerStarter } from "./worker-thread.ts";
import type { WorkerThread } from "./worker-thread.ts";

/** A job on the heap, to be done by a kernel task by task. */
export interface PoolJob {
  /** Index into the kernels. */
  readonly kernel: number;
  readonly job: number;
  /** 1 to 65,535. */
  readonly tasks: number;
  /** Scratch memory of the first thread, and bytes from one thread's to the next. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

interface PoolParts {
  readonly module: CompiledModule;
  readonly memory: WasmMemory;
  readonly names: readonly string[];
  /** The kernels of this thread's own instance. */
  readonly kernels: readonly TaskKernel[];
}

/** Looks at the finished tasks before sleep. */
const PATIENCE = 20_000;
/** Silence after which a worker counts as dead: 40 naps, not a deadline, so that a stopped and continued process gets its time. */
const NAP_MS = 100;
const NAPS = 40;

/**
 * Threads on one shared heap. The calling thread works too, and does all of a job while workers are still starting; they start at the
 * first job that is worth it. Which thread does a task must not matter for its result.
 */
export class WorkerPool {
  readonly #parts: PoolParts;
  readonly #start: Awaited<ReturnType<typeof workerStarter>>;
  #cells = newCells();
  #workers: WorkerThread[] = [];
  #lost: string | undefined;
  #threads = 1;

  static async create(parts: PoolParts): Promise<WorkerPool> {
    return new WorkerPool(parts, await workerStarter());
  }

  private constructor(parts: PoolParts, start: Awaited<ReturnType<typeof workerStarter>>) {
    this.#parts = parts;
    this.#start = start;
  }

  /** Threads at work, the calling one included. */
  get threads(): number {
    return this.#threads;
  }

  /** Why there is only one thread, after a worker was lost. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** Sets the number of threads; forgets a lost worker. */
  async resize(threads: number): Promise<void> {
    if (threads !== this.#threads || this.#lost !== undefined) await this.close();
    this.#lost = undefined;
    this.#threads = threads;
  }

  /** Ends the workers; the next large job starts new ones. */
  async close(): Promise<void> {
    const workers = this.#workers.splice(0);
    Atomics.store(this.#cells, Cell.quit, 1);
    Atomics.add(this.#cells, Cell.ticket, TASK_BITS + 1);
    Atomics.notify(this.#cells, Cell.ticket);
    this.#cells = newCells();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** Does all tasks of a job. @throws E_BACKEND_WASM_WORKER when a worker died; the pool then goes on with one thread */
  run({ kernel, job, tasks, scratch, scratchBytes }: PoolJob): void {
    if (this.#lost !== undefined && this.#threads > 1) this.#giveUp(kernel);
    if (this.#threads === 1) {
      for (let task = 0; task < tasks; task++) this.#parts.kernels[kernel]?.(job, task, scratch);
      return;
    }
    this.#startWorkers();
    const cells = this.#cells;
    cells.set([tasks, kernel, job, scratch, scratchBytes], Cell.tasks);
    Atomics.store(cells, Cell.done, 0);
    Atomics.store(cells, Cell.ticket, ((Atomics.load(cells, Cell.ticket) & ~TASK_BITS) + TASK_BITS + 1) | tasks);
    Atomics.notify(cells, Cell.ticket, Math.min(tasks - 1, this.#workers.length));
    try {
      takeTasks(cells, this.#parts.kernels, 0);
    } finally {
      this.#finish(tasks, kernel);
    }
  }

  #startWorkers(): void {
    const { module, memory, names } = this.#parts;
    while (this.#workers.length < this.#threads - 1) {
      const index = this.#workers.length + 1;
      const start = { cells: this.#cells, module, memory, kernels: names, index };
      this.#workers.push(this.#start(start, (reason) => (this.#lost ??= reason)));
    }
  }

  /** Waits for the tasks that workers took; on return no worker is at work. */
  #finish(tasks: number, kernel: number): void {
    const cells = this.#cells;
    // Left over only if a task of this thread threw: nobody shall begin them.
    const taken = tasks - (Atomics.and(cells, Cell.ticket, ~TASK_BITS) & TASK_BITS);
    for (let i = 0; i < PATIENCE && Atomics.load(cells, Cell.done) < taken; i++);
    let done = Atomics.load(cells, Cell.done);
    for (let naps = 0; done < taken;) {
      nap(cells, done);
      const now = Atomics.load(cells, Cell.done);
      naps = now === done ? naps + 1 : 0;
      done = now;
      if (naps < NAPS) continue;
      this.#lost = `it has not finished its task after ${(NAP_MS * NAPS) / 1000} s`;
      this.#giveUp(kernel);
    }
    if (Atomics.load(cells, Cell.failed) === 0) return;
    this.#lost = "its kernel failed";
    this.#giveUp(kernel);
  }

  #giveUp(kernel: number): never {
    this.#threads = 1;
    void this.close();
    throw E_BACKEND_WASM_WORKER({ reason: this.#lost ?? "", task: this.#parts.names[kernel] ?? "" });
  }
}

/** On a page that has no shared memory there are no workers to share them with. */
function newCells(): Int32Array {
  const bytes = 4 * Cell.count;
  return new Int32Array(typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes));
}

/** Sleeps until a job ends, but not long. A page's main thread may not sleep: it spins. */
function nap(cells: Int32Array, done: number): void {
  if (mayBlock()) {
    Atomics.wait(cells, Cell.done, done, NAP_MS);
    return;
  }
  const end = performance.now() + NAP_MS;
  while (Atomics.load(cells, Cell.done) === done && performance.now() < end);
}
