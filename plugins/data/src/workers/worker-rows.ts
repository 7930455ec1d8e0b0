import type { Item } from "../dataset.ts";
import type { ItemRows, Outcome, RowsOptions } from "../item-rows.ts";
import type { ItemPool } from "./item-pool.ts";
import type { Answer, Job, PlainError } from "./messages.ts";
import type { Portable } from "./portable.ts";
import type { RemoteItems } from "./remote-items.ts";

export interface WorkerRowsOptions extends RowsOptions {
  readonly pool: ItemPool;
  readonly remote: RemoteItems;
  /** Makes a stream of its state. */
  readonly random: Pick<Portable, "module" | "name"> | undefined;
  /** Places in one message. */
  readonly chunk: number;
  /** Places to read ahead of those that were asked for. */
  readonly ahead: number;
}

/** Reads in workers, in pieces that are sent ahead, so that workers read while the main thread computes. Comes in the order of the epoch. */
export class WorkerRows implements ItemRows {
  readonly #options: WorkerRowsOptions;
  readonly #coming: Promise<readonly Outcome[]>[] = [];
  #ready: readonly Outcome[] = [];
  #sent: number;
  #at: number;

  constructor(options: WorkerRowsOptions) {
    this.#options = options;
    this.#sent = this.#at = options.from;
  }
  get at(): number {
    return this.#at;
  }
  get ended(): boolean {
    return this.#at >= this.#options.order.length;
  }

  async take(count: number): Promise<readonly Outcome[]> {
    const wanted = Math.min(count, this.#options.order.length - this.#at);
    while (this.#ready.length < wanted) {
      this.#send(this.#at + wanted + this.#options.ahead);
      this.#ready = [...this.#ready, ...((await this.#coming.shift()) ?? [])];
    }
    const taken = this.#ready.slice(0, wanted);
    this.#ready = this.#ready.slice(wanted);
    this.#at += wanted;
    this.#send(this.#at + this.#options.ahead);
    return taken;
  }

  #send(until: number): void {
    const { order, chunk } = this.#options;
    while (this.#sent < Math.min(until, order.length)) {
      const outcomes = this.#read(order.subarray(this.#sent, this.#sent + chunk), this.#sent);
      // A failure is told to the one who takes it; nobody may ever take it.
      outcomes.catch(() => undefined);
      this.#coming.push(outcomes);
      this.#sent += chunk;
    }
  }

  async #read(rows: Int32Array, at: number): Promise<readonly Outcome[]> {
    const { pool, remote, random, randomAt } = this.#options;
    const payloads = await Promise.allSettled(Array.from(rows, async (index, k) => remote.payload(index, randomAt?.(at + k))));
    const jobs = payloads.flatMap((payload, k) =>
      payload.status === "rejected" ? [] : [{ index: rows[k] ?? -1, payload: payload.value, random: randomAt?.(at + k)?.state() }],
    );
    const job: Pick<Job, "reader" | "random"> = { reader: remote.reader, random };
    const answers = jobs.length === 0 ? [] : [...(await pool.run(job, jobs))];
    return payloads.map((payload, k) => {
      const index = rows[k] ?? -1;
      return payload.status === "rejected" ? this.#broken(index, payload.reason) : this.#outcome(index, answers.shift());
    });
  }

  #outcome(index: number, answer: Answer | undefined): Outcome {
    if (answer?.kind === "item") return { row: { index, item: answer.fields as Item } };
    return answer?.kind === "broken" ? this.#broken(index, restored(answer.error), answer.error.step) : { skipped: index };
  }

  #broken(index: number, error: unknown, step?: string): Outcome {
    return { broken: { index, name: this.#options.dataset.nameOf?.(index), step, error } };
  }
}

/** An error of another thread, with the code it had. */
function restored({ name, message, stack, code }: PlainError): Error {
  return Object.assign(new Error(message), { name }, stack === undefined ? {} : { stack }, code === undefined ? {} : { code });
}
