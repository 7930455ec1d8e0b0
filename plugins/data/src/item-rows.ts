import type { Random } from "@fastap/kernel";
import type { Row } from "./collate.ts";
import { skipItem } from "./dataset.ts";
import type { Dataset, Item } from "./dataset.ts";
import { E_DATA_ITEM } from "./errors.ts";
import { stepOf } from "./failed-step.ts";

/** An item that could not be read. */
export interface BrokenItem {
  /** Number in the dataset. */
  readonly index: number;
  /** What the dataset calls it, as the path of its file. */
  readonly name?: string | undefined;
  /** The transform that failed. */
  readonly step?: string | undefined;
  readonly error: unknown;
}

/** What became of a place in the order: a row, one that the dataset leaves out, or one that is broken. */
export type Outcome = { readonly row: Row } | { readonly skipped: number } | { readonly broken: BrokenItem };

/** The outcomes of an epoch, in its order. */
export interface ItemRows {
  /** Places of the order that were taken. */
  readonly at: number;
  readonly ended: boolean;
  /** The next ones, fewer at the end. */
  take(count: number): Promise<readonly Outcome[]>;
}

export interface RowsOptions {
  readonly dataset: Dataset;
  /** Row numbers in the order of the epoch. */
  readonly order: Int32Array;
  /** Places that are done already. */
  readonly from: number;
  /** The stream of a place in the order. */
  readonly randomAt?: ((position: number) => Random | undefined) | undefined;
}

/** Reads in this thread, all that is asked for side by side; waits for all, so that a failure leaves no read behind. */
export class LocalRows implements ItemRows {
  readonly #options: RowsOptions;
  #at: number;

  constructor(options: RowsOptions) {
    this.#options = options;
    this.#at = options.from;
  }
  get at(): number {
    return Math.min(this.#at, this.#options.order.length);
  }
  get ended(): boolean {
    return this.#at >= this.#options.order.length;
  }

  async take(count: number): Promise<readonly Outcome[]> {
    const { dataset, order, randomAt } = this.#options;
    const at = this.#at;
    const rows = order.subarray(at, (this.#at += count));
    return Promise.all(Array.from(rows, (index, k) => outcomeOf(dataset, index, async () => dataset.get(index, randomAt?.(at + k)))));
  }
}

async function outcomeOf(dataset: Dataset, index: number, get: () => Promise<Item | typeof skipItem>): Promise<Outcome> {
  try {
    const item = await get();
    return item === skipItem ? { skipped: index } : { row: { index, item } };
  } catch (error) {
    return { broken: { index, name: dataset.nameOf?.(index), step: stepOf(error), error } };
  }
}

/** The error that a broken item stops an epoch with. */
export function itemError({ index, name, step, error }: BrokenItem): Error {
  return E_DATA_ITEM({ items: `item ${index}`, name, step, error }, error);
}
