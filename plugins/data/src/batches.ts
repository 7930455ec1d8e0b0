import { collate, prebatched } from "./collate.ts";
import type { Row } from "./collate.ts";
import type { Dataset, Item } from "./dataset.ts";
import { E_DATA_ITEM } from "./errors.ts";
import { itemError } from "./item-rows.ts";
import type { BrokenItem, ItemRows } from "./item-rows.ts";
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
  /** The items of the order, one after the other. */
  readonly rows: ItemRows;
  /** Told of an item that is left out because it is broken; without it the first one stops the epoch. */
  readonly onBroken?: ((item: BrokenItem) => void) | undefined;
  /** Sees the items of a batch before they are stacked. */
  readonly beforeBatch?: BeforeBatch | undefined;
  /** Stacks them; default {@link collate}. */
  readonly createBatch?: CreateBatch | undefined;
  /** Places of the order in each batch, where they are not runs of `bs`. */
  readonly sizes?: readonly number[] | undefined;
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

/** `@source fastai.data.load.DataLoader.create_batch` */
export type CreateBatch = (items: readonly Item[]) => readonly Sample[] | Promise<readonly Sample[]>;

type Producer = () => Promise<Produced | undefined>;

/** A function that collates one batch after the other, and gives undefined when the epoch is over. */
export function batchProducer(batching: Batching): Producer {
  const { dataset, bs, dropLast, sizes } = batching;
  if (sizes !== undefined) return givenBatches(batching, sizes);
  return dataset.getBatch !== undefined && bs !== null
    ? wholeBatches(batching, { bs, least: dropLast ? bs : 1 })
    : batchesOfItems(batching, dropLast ? (bs ?? 1) : 1);
}

function wholeBatches(
  { dataset, order, from: start = 0 }: Batching,
  { bs, least }: { readonly bs: number; readonly least: number },
): Producer {
  let at = start;
  return async (): Promise<Produced | undefined> => {
    const from = at;
    const items = order.subarray(from, from + bs);
    at = from + items.length;
    const samples = items.length < least ? undefined : await readBatch(dataset, items);
    return samples === undefined ? undefined : { samples, from, at, items };
  };
}

function batchesOfItems(batching: Batching, least: number): Producer {
  const { rows: source, bs } = batching;
  return async (): Promise<Produced | undefined> => {
    const from = source.at;
    const rows = await fill(batching, bs ?? 1);
    const [first] = rows;
    if (first === undefined || rows.length < least) return undefined;
    const done = { from, at: source.at, items: Int32Array.from(rows, ({ index }) => index) };
    if (bs === null) return { samples: prebatched(first), ...done };
    return { samples: await stacked(batching, rows), ...done };
  };
}

/** Batches of given sizes; an item that is left out leaves its batch smaller, and a batch of none is left out. */
function givenBatches(batching: Batching, sizes: readonly number[]): Producer {
  const { rows: source, from: start = 0 } = batching;
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
  let next = ends.findIndex((end) => end > start);
  return async (): Promise<Produced | undefined> => {
    for (let size = sizes[next]; next >= 0 && size !== undefined; size = sizes[next]) {
      const from = source.at;
      next++;
      const rows = await read(batching, size);
      if (rows.length === 0) continue;
      return { samples: await stacked(batching, rows), from, at: source.at, items: Int32Array.from(rows, ({ index }) => index) };
    }
    return undefined;
  };
}

async function stacked({ beforeBatch, createBatch }: Batching, rows: readonly Row[]): Promise<readonly Sample[]> {
  const ready = beforeBatch === undefined ? rows : await prepare(rows, beforeBatch);
  return createBatch === undefined ? collate(ready) : createBatch(ready.map(({ item }) => item));
}

async function prepare(rows: readonly Row[], beforeBatch: BeforeBatch): Promise<readonly Row[]> {
  const items = await beforeBatch(rows.map(({ item }) => item));
  return items.map((item, k) => ({ index: rows[k]?.index ?? -1, item }));
}

/** Reads until there are `size` rows; those that are left out leave their place to the next. */
async function fill(batching: Batching, size: number): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < size && !batching.rows.ended) rows.push(...(await read(batching, size - rows.length)));
  return rows;
}

/** The next places, without those that are left out. The first broken one of them is told. */
async function read({ rows: source, onBroken }: Batching, size: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const outcome of await source.take(size)) {
    if ("row" in outcome) rows.push(outcome.row);
    if (!("broken" in outcome)) continue;
    if (onBroken === undefined) throw itemError(outcome.broken);
    onBroken(outcome.broken);
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
