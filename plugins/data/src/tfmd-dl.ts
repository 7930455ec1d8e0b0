import type { Engine, Random, Tensor } from "@fastap/kernel";
import { DataLoader } from "./data-loader.ts";
import type { DataLoaderOptions } from "./data-loader-options.ts";
import { collatable } from "./collatable.ts";
import { fieldsOf, skipItem } from "./dataset.ts";
import type { Dataset, Item, SkipItem } from "./dataset.ts";
import type { Datasets } from "./datasets.ts";
import { Pipeline } from "./pipeline.ts";
import type { TransformsLike } from "./pipeline.ts";
import { rowOf } from "./plain-samples.ts";
import { firstReadable } from "./first-readable.ts";
import { itemName } from "./item-name.ts";
import type { Field, Sample } from "./sample.ts";
import { TensorBase, TensorBatch, typeOf } from "./semantic-types.ts";
import type { SemanticType } from "./semantic-types.ts";
import type { DecodeBatchOptions } from "./showing.ts";
import type { SetupItems, SplitIdx, Transform } from "./transform.ts";
import { Tuple, tuple } from "./tuple.ts";
import { autoWorkers } from "./workers/auto-workers.ts";
import { ItemPool } from "./workers/item-pool.ts";
import { pipelineItems } from "./workers/pipeline-items.ts";
import type { RemoteItems } from "./workers/remote-items.ts";

export interface TfmdDLOptions extends Omit<
  DataLoaderOptions,
  "createItem" | "afterItem" | "beforeBatch" | "afterBatch" | "bs" | "numWorkers"
> {
  /** Threads that read items; default "auto": one where they open many items and there is a second core. Bits are the same for any number. */
  readonly numWorkers?: number | "auto";
  /** Default 64. */
  readonly bs?: number;
  readonly afterItem?: TransformsLike;
  readonly beforeBatch?: TransformsLike;
  readonly afterBatch?: TransformsLike;
}

/** When transforms of a loader are applied. `@source` fastai's events after_item, before_batch, after_batch */
export type LoaderEvent = "afterItem" | "beforeBatch" | "afterBatch";

/** In the order in which they come. */
const EVENTS: readonly LoaderEvent[] = ["afterItem", "beforeBatch", "afterBatch"];

interface Hooks extends Record<LoaderEvent, Pipeline> {
  /** Of the fields of an item after all item transforms. */
  readonly types: SemanticType[];
}

/** A loader with transforms of items, of lists of items and of batches. `@source fastai.data.core.TfmdDL` */
export class TfmdDL extends DataLoader implements SetupItems {
  readonly dsets: Datasets;
  readonly hooks: Readonly<Hooks>;
  readonly #hooks: Hooks;
  readonly #engine: Engine;
  readonly #options: DataLoaderOptions;

  private constructor(dsets: Datasets, options: DataLoaderOptions, shared: Readonly<Hooks>) {
    const { splitIdx } = dsets;
    const hooks: Hooks = { ...shared };
    super(new TransformedItems(dsets, hooks), {
      ...options,
      beforeBatch: (items) => hooks.beforeBatch.encode(retyped(items, hooks.types), splitIdx) as readonly Item[] | Promise<readonly Item[]>,
      afterBatch: (batch, random) => untyped(hooks.afterBatch.encode(typed(batch, hooks.types, options.engine), splitIdx, random)),
    });
    this.dsets = dsets;
    this.hooks = hooks;
    this.#hooks = hooks;
    this.#engine = options.engine;
    this.#options = options;
  }

  /** Sets the transforms up, those of items first, with the loader as it is so far. */
  static async create(dsets: Datasets, options: TfmdDLOptions): Promise<TfmdDL> {
    const { afterItem, beforeBatch, afterBatch, ...rest } = options;
    const hooks: Hooks = {
      afterItem: new Pipeline(afterItem),
      beforeBatch: new Pipeline(beforeBatch),
      afterBatch: new Pipeline(afterBatch),
      types: [],
    };
    const { numWorkers: wanted = "auto", ...others } = rest;
    const own = { nInp: dsets.nInp, ...others };
    const loader = new TfmdDL(dsets, own, hooks);
    await hooks.afterItem.setup(loader);
    await loader.#recordTypes();
    await hooks.beforeBatch.setup(loader);
    await hooks.afterBatch.setup(loader);
    const numWorkers = wanted === "auto" ? await autoWorkers(dsets, hooks.afterItem, own.random) : wanted;
    if (numWorkers === 0) return loader;
    pipelineItems(dsets, hooks.afterItem);
    return new TfmdDL(dsets, { ...own, numWorkers, pool: own.pool ?? new ItemPool(numWorkers) }, hooks);
  }

  /** The same transforms, as they are set up, on other items. */
  on(dsets: Datasets, options: Partial<Omit<DataLoaderOptions, "beforeBatch" | "afterBatch">> = {}): TfmdDL {
    const { n: _n, sampler: _sampler, ...own } = this.#options; // both are about the items of training
    return new TfmdDL(dsets, { ...own, ...options }, this.hooks);
  }

  /**
   * The same items through other transforms, in the place of all those of the event, whose setup is done; without worker threads.
   * `@source fastai.data.core.TfmdDL.new(after_item, after_batch)`
   */
  async withTfms(given: Partial<Readonly<Record<LoaderEvent, TransformsLike>>>): Promise<TfmdDL> {
    const own = new Set(EVENTS.filter((event) => given[event] !== undefined));
    const piped = (event: LoaderEvent): Pipeline => (own.has(event) ? new Pipeline(given[event]) : this.hooks[event]);
    const hooks: Hooks = { afterItem: piped("afterItem"), beforeBatch: piped("beforeBatch"), afterBatch: piped("afterBatch"), types: [] };
    const { pool: _, ...options } = this.#options;
    const loader = new TfmdDL(this.dsets, { ...options, numWorkers: 0 }, hooks);
    for (const event of EVENTS) {
      if (own.has(event)) await hooks[event].setup(loader);
      if (event === "afterItem") await loader.#recordTypes();
    }
    return loader;
  }

  /** The same transforms and no items: what is left to share without the data. `@source fastai.data.core.TfmdDL.new_empty` */
  newEmpty(): TfmdDL {
    return this.on(this.dsets.newEmpty());
  }

  /** Adds transforms that are set up to those of an event, of this loader alone. */
  addTfms(event: LoaderEvent, transforms: readonly Transform[]): void {
    this.#hooks[event] = new Pipeline([...this.#hooks[event].transforms, ...transforms]);
  }

  /** All items in order, as of another split: 0 has the transforms of training. Another `pass` draws other numbers. `@source Learner.tta` */
  asSplit(splitIdx: SplitIdx, pass = 0): TfmdDL {
    const { random } = this.#options;
    const drawn = random === undefined ? {} : { random: random.fork(`pass ${pass}`) };
    return this.on(this.dsets.asSplit(splitIdx), { shuffle: false, dropLast: false, ...drawn });
  }

  /** An item as it goes into a batch; what is drawn for it here is the same every time. */
  async get(i: number): Promise<unknown> {
    return this.dataset.get(i, this.#options.random?.fork(`get ${i}`));
  }

  async typedBatch(): Promise<readonly TensorBatch[]> {
    return typed(await this.oneBatch(), this.hooks.types, this.#engine);
  }

  /** Its transforms by name and option, each in its place: what an exact resume must find again. */
  get recipe(): Readonly<Record<string, readonly string[]>> {
    const names = ({ transforms }: Pipeline): string[] => transforms.map(String);
    const { afterItem, beforeBatch, afterBatch } = this.hooks;
    const fields = this.dsets.lists.map(({ pipeline }, i) => [`field ${i}`, names(pipeline)] as const);
    return { ...Object.fromEntries(fields), afterItem: names(afterItem), beforeBatch: names(beforeBatch), afterBatch: names(afterBatch) };
  }

  attribute(name: string): unknown {
    const { afterItem, afterBatch } = this.hooks;
    return this.dsets.attribute(name) ?? afterItem.attribute(name) ?? afterBatch.attribute(name);
  }

  /** Samples of a batch on the way back, at most `maxN`: each a tuple of what the pipelines decode to. The batch stays. */
  override async decodeBatch(batch: readonly Tensor[], { maxN = 9, until }: DecodeBatchOptions = {}): Promise<Tuple[]> {
    const { afterItem, beforeBatch, afterBatch, types } = this.hooks;
    const { splitIdx } = this.dsets;
    const scope = { splitIdx };
    const decoded = this.#engine.scope(() => untyped(afterBatch.decode(typed(batch, types, this.#engine), scope)));
    const made = decoded.filter((each) => !batch.includes(each));
    try {
      const fields = await Promise.all(decoded.map(async (each, i) => samplesOf(await this.#engine.read(each), each, types[i])));
      const n = Math.min(maxN, fields[0]?.length ?? 0);
      const items = Array.from({ length: n }, (_, row) => tuple(...fields.map((samples) => samples[row])));
      const apart = beforeBatch.decode(items, scope) as readonly Tuple[];
      return apart.map((item) => this.dsets.decode(Array.from(afterItem.decode(item, scope) as Tuple), until));
    } finally {
      for (const each of made) each.dispose();
    }
  }

  async #recordTypes(): Promise<void> {
    const rows = Array.from({ length: this.dsets.length }, (_, i) => i);
    const item = await firstReadable(rows, async (row) => this.get(row));
    if (item === undefined || item === skipItem) return;
    const types = (item instanceof Tuple ? Array.from(item) : [item]).map(typeOf);
    this.hooks.types.splice(0, Infinity, ...types);
  }
}

class TransformedItems implements Dataset {
  readonly #dsets: Datasets;
  readonly #hooks: Readonly<Hooks>;

  constructor(dsets: Datasets, hooks: Readonly<Hooks>) {
    this.#dsets = dsets;
    this.#hooks = hooks;
  }
  get length(): number {
    return this.#dsets.length;
  }
  async get(i: number, random?: Random): Promise<Item | SkipItem> {
    return collatable(await this.#hooks.afterItem.encode(await this.#dsets.get(i, random), this.#dsets.splitIdx, random));
  }
  nameOf(i: number): string | undefined {
    return itemName(this.#dsets.items[i]);
  }
  remote(): RemoteItems {
    return pipelineItems(this.#dsets, this.#hooks.afterItem);
  }
}

/** Items of a worker have lost their classes on the way; all others have them. */
function retyped(items: readonly Item[], types: readonly SemanticType[]): readonly Item[] {
  return items.map((item) =>
    item instanceof Tuple ? item : (tuple(...fieldsOf(item).map((field, k) => retype(field, types[k]))) as unknown as Item),
  );
}

function retype(field: Field, type: SemanticType = TensorBase): unknown {
  return typeof field === "number" || !isTensorType(type) ? field : new type(field);
}

function isTensorType(type: SemanticType): type is new (sample: Sample) => TensorBase {
  return type === TensorBase || type.prototype instanceof TensorBase;
}

function typed(batch: readonly Tensor[], types: readonly SemanticType[], engine: Engine): Tuple<TensorBatch> {
  return tuple(...batch.map((each, i) => new TensorBatch(each, types[i] ?? TensorBase, engine)));
}

function untyped(batch: unknown): readonly Tensor[] {
  return Array.from(batch as Iterable<TensorBatch>, ({ tensor }) => tensor);
}

/** One item's numbers for each row of a batch. */
function samplesOf(data: Awaited<ReturnType<Engine["read"]>>, { shape, dtype }: Tensor, type: SemanticType = TensorBase): TensorBase[] {
  const Type = isTensorType(type) ? type : TensorBase;
  return Array.from({ length: shape[0] ?? 0 }, (_, row) => new Type(rowOf({ data, shape, dtype }, row)));
}
