import type { Random } from "@fastap/kernel";
import { collate, prebatched } from "./collate.ts";
import type { Row } from "./collate.ts";
import { skipItem } from "./dataset.ts";
import type { Dataset, Item, SkipItem } from "./dataset.ts";
import { E_DATA_ITEM } from "./errors.ts";
import type { Sample } from "./sample.ts";

export interface Batching {
  readonly dataset: Dataset;
  /** Row numbers in the order of the epoch. */
  readonly order: Int32Array;
  /** null: items are batches. */
  readonly bs: number | null;
  readonly dropLast: boolean;
  /** Rows of the order that are done already; default 0. */
  readonly from?: number;
  /** The stream of a place in the order. */
  readonly randomAt?: ((position: number) => Random | undefined) | undefined;
  /** Sees the items of a batch before they are stacked. */
  readonly beforeBatch?: BeforeBatch | undefined;
}

/** A collated batch, the place in the order of its first row, and how many rows are done with it. */
export interface Produced {
  readonly samples: readonly Sample[];
  readonly from: number;
  readonly at: number;
  /** Numbers of its items in the dataset. */
  readonly items: Int32Array;
}

/** `@source` fastai's event before_batch */
export type BeforeBatch = (items: readonly Item[]) => readonly Item[] | Promise<readonly Item[]>;

/** A function that collates one batch after the other, and gives undefined when the epoch is over. */
export function batchProducer(batching: Batching): () => Promise<Produced | undefined> {
  const { dataset, order, bs, dropLast, beforeBatch } = batching;
  const cursor = new Cursor(order, batching.from ?? 0);
  const least = dropLast ? (bs ?? 1) : 1;
  return async () => {
    const from = cursor.at;
    if (dataset.getBatch !== undefined && bs !== null) {
      const taken = cursor.take(bs);
      const samples = taken.length < least ? undefined : await readBatch(dataset, taken);
      return samples === undefined ? undefined : { samples, from, at: cursor.at, items: taken };
    }
    const rows = await fill(batching, cursor, bs ?? 1);
    const [first] = rows;
    if (first === undefined || rows.length < least) return undefined;
    const done = { from, at: cursor.at, items: Int32Array.from(rows, ({ index }) => index) };
    if (bs === null) return { samples: prebatched(first), ...done };
    return { samples: collate(beforeBatch === undefined ? rows : await prepare(rows, beforeBatch)), ...done };
  };
}

async function prepare(rows: readonly Row[], beforeBatch: BeforeBatch): Promise<readonly Row[]> {
  const items = await beforeBatch(rows.map(({ item }) => item));
  return items.map((item, k) => ({ index: rows[k]?.index ?? -1, item }));
}

class Cursor {
  readonly #order: Int32Array;
  #at: number;

  constructor(order: Int32Array, at: number) {
    this.#order = order;
    this.#at = at;
  }
  get at(): number {
    return Math.min(this.#at, this.#order.length);
  }
  get ended(): boolean {
    return this.#at >= this.#order.length;
  }
  /** The next `count` rows, fewer at the end. */
  take(count: number): Int32Array {
    return this.#order.subarray(this.#at, (this.#at += count));
  }
}

/** Reads until there are `size` rows; those that the dataset skips leave their place to the next. */
async function fill(batching: Batching, cursor: Cursor, size: number): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < size && !cursor.ended) {
    const { at } = cursor;
    rows.push(...(await readRows(batching, cursor.take(size - rows.length), at)));
  }
  return rows;
}

async function readBatch(dataset: Dataset, rows: Int32Array): Promise<readonly Sample[] | undefined> {
  try {
    return await dataset.getBatch?.(rows);
  } catch (error) {
    throw E_DATA_ITEM({ items: `items ${rows[0]}…${rows.at(-1)}`, error }, error);
  }
}

/** Reads items side by side, the first at place `at` of the order; waits for all, so that a failure leaves no read behind, and then tells the first one. */
async function readRows({ dataset, randomAt }: Batching, rows: Int32Array, at: number): Promise<Row[]> {
  const read = async (i: number, k: number): Promise<Item | SkipItem> => dataset.get(i, randomAt?.(at + k));
  const results = await Promise.allSettled(Array.from(rows, read));
  return results.flatMap((result, k) => {
    if (result.status === "rejected") throw E_DATA_ITEM({ items: `item ${rows[k]}`, error: result.reason }, result.reason);
    return result.value === skipItem ? [] : [{ index: rows[k] ?? -1, item: result.value }];
  });
}
