import type { Tinypool } from "tinypool";
import { E_DATA_WORKER_DIED } from "../errors.ts";
import type { Answer, ItemJob, Job } from "./messages.ts";
import type { Portable } from "./portable.ts";

/** Messages that wait in a worker, so that it goes on while the main thread computes. */
const WAITING = 2;

/** Threads that read items; they start at the first job, do not keep the process, and may be closed and used again. */
export class ItemPool {
  readonly count: number;
  #pool: Promise<Tinypool> | undefined;
  #death: Error | undefined;
  readonly #watched = new WeakSet<object>();
  /** Workers know a reader by its number. */
  readonly #readers: Map<Portable, number> = new Map();

  constructor(count: number) {
    this.count = count;
  }

  /** Answers in the order of the items. @throws E_DATA_WORKER_DIED naming the item that was read */
  async run(job: Pick<Job, "reader" | "random">, items: readonly ItemJob[]): Promise<readonly Answer[]> {
    const readerId = this.#readers.get(job.reader) ?? this.#readers.size;
    this.#readers.set(job.reader, readerId);
    const pool = await (this.#pool ??= this.#start());
    const at = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
    const task: Job = { ...job, readerId, items, at };
    try {
      return (await pool.run(task)) as readonly Answer[];
    } catch (error) {
      const item = Atomics.load(at, 0);
      if (item >= 0) this.#death ??= E_DATA_WORKER_DIED({ item, error }, error);
      // All jobs of the thread fail at this moment: those that wait, and one that was done and not told yet. The one it worked on knows the item.
      await Promise.resolve();
      if (error instanceof Death) this.#death ??= E_DATA_WORKER_DIED({ item, error }, error);
      throw this.#death ?? error;
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#death = undefined;
    await (await pool)?.destroy();
  }

  async #start(): Promise<Tinypool> {
    const { Tinypool: Pool } = await import("tinypool");
    const pool = new Pool({
      filename: new URL("./item-worker.js", import.meta.url).href,
      name: "readItems",
      minThreads: this.count,
      maxThreads: this.count,
      concurrentTasksPerWorker: WAITING,
    });
    pool.on("error", () => undefined);
    this.#watch(pool);
    return pool;
  }

  /** tinypool hears of errors in a thread and not of its end, without which its tasks would wait for ever; threads that it puts in the place of others too. */
  #watch(pool: Tinypool): void {
    for (const thread of pool.threads) {
      if (this.#watched.has(thread)) continue;
      this.#watched.add(thread);
      thread.once("exit", () => {
        if (this.#pool === undefined) return;
        thread.emit("error", new Death("its thread ended"));
        this.#watch(pool);
      });
    }
  }
}

class Death extends Error {}
