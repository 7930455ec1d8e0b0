import type { Engine, Loader, Random, Registry, Tensor } from "@fastap/kernel";
import type { Display, Figure } from "@fastap/plugin-display";
import { batchProducer } from "./batches.ts";
import type { Produced } from "./batches.ts";
import { BrokenItems } from "./broken-items.ts";
import { validateOptions } from "./data-loader-options.ts";
import type { DataLoaderOptions, LoaderFacts } from "./data-loader-options.ts";
import type { Dataset } from "./dataset.ts";
import { epochLength, epochOrder } from "./epoch-order.ts";
import type { EpochOrder } from "./epoch-order.ts";
import { E_DATA_LENGTH, E_DATA_LOADER_STATE, E_DATA_NO_BATCHES } from "./errors.ts";
import { EventLoop } from "./event-loop.ts";
import { itemsFor } from "./hooked-items.ts";
import { isSource, SourceItems, SourceRows } from "./item-source.ts";
import type { ItemSource } from "./item-source.ts";
import type { BrokenItem, ItemRows } from "./item-rows.ts";
import { plainSamples } from "./plain-samples.ts";
import { prefetch } from "./prefetch.ts";
import { dtypeOf } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { showBatch } from "./showing.ts";
import type { DecodeBatchOptions, ShowBatchOptions } from "./showing.ts";
import type { Tuple } from "./tuple.ts";
import type { ItemPool } from "./workers/item-pool.ts";
import { poolFor, rowsOf } from "./workers/rows-of.ts";
import type { Epoch } from "./workers/rows-of.ts";

export type DataLoaderOverrides = Partial<DataLoaderOptions> & { readonly dataset?: Dataset | ItemSource };

/** Plain data for {@link DataLoader.restore}. */
export interface LoaderState {
  readonly epoch: number;
  /** Rows of the epoch's order that were handed out. */
  readonly at: number;
  /** Rows of an epoch, to tell other data. */
  readonly n: number;
  /** Of the generator that shuffles. */
  readonly random: readonly number[];
}

interface Handed {
  readonly tensors: readonly Tensor[];
  readonly at: number;
  readonly items: Int32Array;
}

/** Batches of a dataset. One seed gives one order, whatever `prefetch` is. `@source fastai.data.load.DataLoader` */
export class DataLoader implements Loader {
  readonly dataset: Dataset;
  readonly bs: number | null;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  /** Items of an epoch, skipped ones included; Infinity where nobody knows. */
  readonly n: number;
  readonly nInp?: number;
  readonly displays?: Registry<Display>;
  readonly #options: DataLoaderOptions;
  readonly #random: Random | undefined;
  readonly #pool: ItemPool | undefined;
  /** The dataset, or what hooks make of it. */
  readonly #rows: Dataset;
  readonly #eventLoop: EventLoop = new EventLoop();
  #broken: BrokenItems = new BrokenItems();
  /** The coming epoch. */
  #epoch = 0;
  /** Rows handed out of the epoch before the coming one, while it runs. */
  #at: number | undefined;
  /** Rows of the coming epoch that a restored state has done. */
  #from = 0;
  #items: Int32Array = new Int32Array(0);

  /** @throws E_DATA_OPTION, E_DATA_WORKERS */
  constructor(items: Dataset | ItemSource, options: DataLoaderOptions) {
    const dataset = isSource(items) ? new SourceItems(items) : items;
    const { bs = 64, shuffle = false, dropLast = false, nInp = dataset.nInp } = options;
    this.dataset = dataset;
    this.bs = bs;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
    this.n = Math.min(options.n ?? dataset.length, dataset.length);
    if (nInp !== undefined) this.nInp = nInp;
    if (options.displays !== undefined) this.displays = options.displays;
    this.#options = options;
    validateOptions(options);
    this.#rows = itemsFor(dataset, options);
    this.#pool = poolFor(this.#rows, options);
    this.#random = options.random?.fork("data-loader");
  }

  /** Batches of an epoch; skipped items are not known yet and count. @throws E_DATA_LENGTH where nobody knows how many items there are */
  get length(): number {
    if (!Number.isFinite(this.n)) throw E_DATA_LENGTH();
    return epochLength(this.n, this.#options, () => this.#order(0));
  }

  /** Which items of the dataset the batch handed out last holds, in order: what an error about a batch names. */
  get batchItems(): Int32Array {
    return this.#items;
  }

  get facts(): LoaderFacts {
    const { n: rows, bs } = this;
    const batches = Number.isFinite(rows) ? this.length : Infinity;
    return { rows, batches, bs, numWorkers: this.#pool?.count ?? 0, broken: this.#broken.items.length };
  }

  /** Items that the epoch begun last has left out, as they are broken. */
  get brokenItems(): readonly BrokenItem[] {
    return this.#broken.items;
  }

  /** Ends the threads of its workers; they start again when they are needed. */
  async close(): Promise<void> {
    await this.#pool?.close();
  }

  /** The next epoch. Who iterates owns the tensors; ending early stops the prefetch. */
  [Symbol.asyncIterator](): AsyncGenerator<readonly Tensor[], void, undefined> {
    const from = this.#from;
    this.#from = 0;
    return this.#tracked(this.#epoch++, from);
  }

  /** Where the loader is: the epoch, and the rows of its order that were handed out. @source none: exact resume is ours */
  state(): LoaderState {
    const [n, random] = [this.#count, this.#random?.state() ?? []];
    return this.#at === undefined ? { epoch: this.#epoch, at: this.#from, n, random } : { epoch: this.#epoch - 1, at: this.#at, n, random };
  }

  /** The next iteration goes on from there; what was handed out is not read again. @throws E_DATA_LOADER_STATE */
  restore(state: unknown): void {
    if (!isLoaderState(state, this.#count)) throw E_DATA_LOADER_STATE({ n: this.#count, received: JSON.stringify(state) ?? String(state) });
    if (this.#random !== undefined && state.random.length > 0) this.#random.restore(state.random);
    this.#epoch = state.epoch;
    this.#from = state.at;
    this.#at = undefined;
  }

  /** Of items, as plain data has it: -1 where nobody knows. */
  get #count(): number {
    return Number.isFinite(this.n) ? this.n : -1;
  }

  /** The first batch of the coming epoch, which stays to come. The caller owns the tensors. @throws E_DATA_NO_BATCHES */
  async oneBatch(): Promise<readonly Tensor[]> {
    for await (const { tensors } of this.#batches(this.#epoch, 0, 0)) return tensors;
    throw E_DATA_NO_BATCHES({ rows: this.n, bs: this.bs ?? 1, dropLast: this.dropLast });
  }

  /** Samples of a batch as what they most likely are, told by their shapes, at most `maxN`. The batch stays. */
  async decodeBatch(batch: readonly Tensor[], { maxN = 9 }: DecodeBatchOptions = {}): Promise<Tuple[]> {
    const { engine, vocab } = this.#options;
    const fields = await Promise.all(batch.map(async (each) => ({ data: await engine.read(each), shape: each.shape, dtype: each.dtype })));
    return plainSamples(fields, maxN, { nInp: this.nInp ?? Math.max(1, batch.length - 1), vocab });
  }

  /** Samples as a picture. @throws E_DATA_DISPLAYS, E_DISPLAY_MISSING `@source fastai.data.core.TfmdDL.show_batch` */
  async showBatch(options: ShowBatchOptions = {}): Promise<Figure> {
    return showBatch(this, options);
  }

  /** The same loader but for `overrides`, at its first epoch. `@source fastai.data.load.DataLoader.new` */
  new(overrides: DataLoaderOverrides = {}): DataLoader {
    const { dataset = this.dataset, ...options } = overrides;
    return new DataLoader(dataset, { ...this.#options, ...options });
  }

  async *#tracked(epoch: number, from: number): AsyncGenerator<readonly Tensor[], void, undefined> {
    this.#at = from;
    this.#broken = new BrokenItems();
    try {
      await this.#options.beforeIter?.();
      for await (const { tensors, at, items } of this.#batches(epoch, from, this.#options.prefetch ?? 2)) {
        this.#at = at;
        this.#items = items;
        yield tensors;
      }
      await this.#options.afterIter?.();
      this.#broken.report(this.#options.onSkipped, this.facts);
    } finally {
      this.#at = undefined;
    }
  }

  async *#batches(epoch: number, from: number, depth: number): AsyncGenerator<Handed, void, undefined> {
    const { bs, dropLast } = this;
    const { engine, beforeBatch, createBatch, afterBatch, onBroken } = this.#options;
    const random = this.#random?.fork(`streams of epoch ${epoch}`);
    const dataset = this.#rows;
    const { items: order, sizes } = this.#order(epoch);
    const broken = this.#broken;
    const rows = this.#reader({ order, from, random, depth });
    const skip = onBroken === "skip" ? (item: BrokenItem) => broken.add(item) : undefined;
    const batching = { dataset, order, bs, dropLast, from, rows, onBroken: skip, beforeBatch, createBatch, sizes };
    const ahead = prefetch(batchProducer(batching), depth);
    const make = ({ samples, from: first }: Produced): readonly Tensor[] =>
      afterBatch === undefined
        ? toTensors(engine, samples)
        : engine.scope(() => afterBatch(toTensors(engine, samples), random?.fork(`batch ${first}`)));
    try {
      for (let batch = await ahead.take(); batch !== undefined; batch = await ahead.take()) {
        await this.#eventLoop.letTurn();
        yield { ...batch, tensors: make(batch) };
      }
    } finally {
      ahead.stop();
    }
  }

  #reader({ order, from, random, depth }: Omit<Epoch, "dataset" | "bs">): ItemRows {
    const [dataset, bs] = [this.#rows, this.bs ?? 1];
    if (!(dataset instanceof SourceItems)) return rowsOf(this.#pool, { dataset, order, from, random, bs, depth });
    const randomAt = (position: number): Random | undefined => random?.fork(`item ${position}`);
    return new SourceRows(dataset, { from, n: this.n, randomAt }, this.#options.afterItem);
  }

  #order(epoch: number): EpochOrder {
    if (this.#rows instanceof SourceItems) return { items: new Int32Array(0) };
    return epochOrder(this.n, this.#options, this.#random?.fork(`epoch ${epoch}`), this.shuffle);
  }
}

/** Tensors are made here, when a batch is handed out, so they belong to the scope of who asked. */
function toTensors(engine: Engine, batch: readonly Sample[]): readonly Tensor[] {
  const made: Tensor[] = [];
  try {
    for (const sample of batch) made.push(engine.from(sample.data, sample.shape, dtypeOf(sample)));
    return made;
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  }
}

function isLoaderState(state: unknown, n: number): state is LoaderState {
  if (typeof state !== "object" || state === null) return false;
  const { epoch, at, n: rows, random } = state as Partial<Record<keyof LoaderState, unknown>>;
  return rows === n && isCount(epoch) && isCount(at) && (n < 0 || at <= n) && Array.isArray(random);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
