import { collate, prebatched } from "./collate.ts";
import type { Row } from "./collate.ts";
import { skipItem } from "./dataset.ts";
import type { Dataset, Item } from "./dataset.ts";
import { E_DATA_ITEM } from "./errors.ts";
import type { Sample } from "./sample.ts";

export interface Batching {
  readonly dataset: Dataset;
  /** Row numbers in the order of the epoch. */
  readonly order: Int32Array;
  /** null: items are batches. */
  readonly bs: number | null;
  readonly dropLast: boolean;
}

/** A function that collates one batch after the other, and gives undefined when the epoch is over. */
export function batchProducer(batching: Batching): () => Promise<readonly Sample[] | undefined> {
  const { dataset, order, bs, dropLast } = batching;
  const cursor = new Cursor(order);
  const least = dropLast ? (bs ?? 1) : 1;
  return async () => {
    if (dataset.getBatch !== undefined && bs !== null) {
      const taken = cursor.take(bs);
      return taken.length < least ? undefined : readBatch(dataset, taken);
    }
    const rows = await fill(dataset, cursor, bs ?? 1);
    const [first] = rows;
    if (first === undefined || rows.length < least) return undefined;
    return bs === null ? prebatched(first) : collate(rows);
  };
}

class Cursor {
  readonly #order: Int32Array;
  #at = 0;

  constructor(order: Int32Array) {
    this.#order = order;
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
async function fill(dataset: Dataset, cursor: Cursor, size: number): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < size && !cursor.ended) rows.push(...(await readRows(dataset, cursor.take(size - rows.length))));
  return rows;
}

async function readBatch(dataset: Dataset, rows: Int32Array): Promise<readonly Sample[] | undefined> {
  try {
    return await dataset.getBatch?.(rows);
  } catch (error) {
    throw E_DATA_ITEM({ items: `items ${rows[0]}…${rows.at(-1)}`, error }, error);
  }
}

/** Reads items side by side; waits for all, so that a failure leaves no read behind, and then tells the first one. */
async function readRows(dataset: Dataset, rows: Int32Array): Promise<Row[]> {
  const read = async (i: number): ReturnType<typeof readItem> => readItem(dataset, i);
  const results = await Promise.allSettled(Array.from(rows, read));
  return results.flatMap((result, k) => {
    if (result.status === "rejected") throw E_DATA_ITEM({ items: `item ${rows[k]}`, error: result.reason }, result.reason);
    return result.value === skipItem ? [] : [{ index: rows[k] ?? -1, item: result.value }];
  });
}

async function readItem(dataset: Dataset, i: number): Promise<Item | typeof skipItem> {
  return dataset.get(i);
}
