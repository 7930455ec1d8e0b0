import { didYouMean } from "@fastap/kernel";
import type { Random } from "@fastap/kernel";
import { transformBlock } from "./blocks.ts";
import type { TransformBlock } from "./blocks.ts";
import { Datasets } from "./datasets.ts";
import { E_DATA_GETTERS, E_DATA_OPTION } from "./errors.ts";
import { itemGetter } from "./labellers.ts";
import { mergeTransforms } from "./merge-transforms.ts";
import { listOf } from "./pipeline.ts";
import type { Pipeline, TransformLike, TransformsLike } from "./pipeline.ts";
import { partialSampler, weightedSampler } from "./sampler.ts";
import { randomSplitter } from "./splitters.ts";
import type { Splitter } from "./splitters.ts";
import { summarize } from "./summary.ts";
import type { SummaryOptions } from "./summary.ts";
import { TfmdDataLoaders } from "./tfmd-data-loaders.ts";
import type { TfmdDataLoadersOptions } from "./tfmd-data-loaders.ts";
import { Tuple } from "./tuple.ts";

export interface DataBlockOptions {
  /** Made or functions that make them; default two plain ones. */
  readonly blocks?: readonly (TransformBlock | (() => TransformBlock))[];
  /** How many blocks are inputs; default all but the last, at least one. */
  readonly nInp?: number;
  /** From the source to a list of items; default the source. */
  readonly getItems?: (source: never) => readonly unknown[] | Promise<readonly unknown[]>;
  /** Default `randomSplitter()`. */
  readonly splitter?: Splitter;
  /** From an item to the value of each block; default the item itself. */
  readonly getters?: readonly TransformsLike[];
  /** Of the inputs: one, or a list of one for each. */
  readonly getX?: TransformLike | Pipeline | readonly (TransformLike | Pipeline)[];
  /** Of the targets. */
  readonly getY?: TransformLike | Pipeline | readonly (TransformLike | Pipeline)[];
  readonly itemTfms?: TransformsLike;
  readonly batchTfms?: TransformsLike;
}

const OPTIONS = ["blocks", "nInp", "getItems", "splitter", "getters", "getX", "getY", "itemTfms", "batchTfms"];

export type DataLoadersOptions = Omit<TfmdDataLoadersOptions, "afterItem" | "afterBatch">;

/** How to get from a source to batches: what items are, how they are found, split and labelled. `@source fastai.data.block.DataBlock` */
export class DataBlock {
  readonly blocks: readonly TransformBlock[];
  readonly nInp: number;
  itemTfms: readonly TransformLike[] = [];
  batchTfms: readonly TransformLike[] = [];
  readonly #getters: readonly TransformsLike[];
  readonly #options: DataBlockOptions;

  /** @throws E_DATA_OPTION, E_DATA_GETTERS */
  constructor(options: DataBlockOptions = {}) {
    const stranger = Object.keys(options).find((key) => !OPTIONS.includes(key));
    if (stranger !== undefined)
      throw E_DATA_OPTION({ option: stranger, expected: OPTIONS.join(", "), received: stranger, hint: didYouMean(stranger, OPTIONS) });
    this.blocks = (options.blocks ?? [transformBlock, transformBlock]).map((block) => (typeof block === "function" ? block() : block));
    this.nInp = options.nInp ?? Math.max(1, this.blocks.length - 1);
    this.#getters = gettersOf(options, this.blocks.length, this.nInp);
    this.#options = options;
    this.new(options);
  }

  /** Items are tuples, or lists to be zipped, one part for each block. `@source fastai.data.block.DataBlock.from_columns` */
  static fromColumns(options: DataBlockOptions): DataBlock {
    const n = options.blocks?.length ?? 2;
    const getters = Array.from({ length: n }, (_, i) => [itemGetter(i), ...listOf(options.getters?.[i])]);
    const { getItems } = options;
    const zipped = async (source: never): Promise<readonly unknown[]> => {
      const columns = (getItems === undefined ? source : await getItems(source)) as readonly (readonly unknown[])[];
      return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]));
    };
    return new DataBlock({ ...options, getters, getItems: zipped });
  }

  /** Replaces the transforms given by the user; those of the blocks stay. Returns itself. */
  new({ itemTfms, batchTfms }: Pick<DataBlockOptions, "itemTfms" | "batchTfms">): this {
    this.itemTfms = mergeTransforms(...this.blocks.map((block) => block.itemTfms), listOf(itemTfms));
    this.batchTfms = mergeTransforms(...this.blocks.map((block) => block.batchTfms), listOf(batchTfms));
    return this;
  }

  /** Items found, split, and behind the transforms of each block. `random` is needed by splitters that draw. */
  async datasets(source: unknown, { random }: { readonly random?: Random } = {}): Promise<Datasets> {
    const { getItems, splitter = randomSplitter() } = this.#options;
    const items = getItems === undefined ? asItems(source) : await getItems(source as never);
    if (items.length === 0) throw E_DATA_OPTION({ option: "source", expected: "at least one item", received: "none" });
    const splits = await splitter(items, random);
    const transforms = this.blocks.map((block, i) => [...listOf(this.#getters[i]), ...block.typeTfms]);
    return Datasets.create(items, transforms, { splits, nInp: this.nInp, ...(random === undefined ? {} : { random }) });
  }

  async dataloaders(source: unknown, options: DataLoadersOptions): Promise<TfmdDataLoaders> {
    return this.#loaders(await this.datasets(source, options), options);
  }

  /**
   * Training items drawn with replacement by `wgts`, one for each item of the source, of which those of the training items count.
   * @throws E_DATA_OPTION
   * @source fastai.callback.data DataBlock.weighted_dataloaders
   */
  async weightedDataLoaders(source: unknown, wgts: ArrayLike<number>, options: DataLoadersOptions): Promise<TfmdDataLoaders> {
    const dsets = await this.datasets(source, options);
    const { length } = dsets.items;
    if (wgts.length !== length)
      throw E_DATA_OPTION({ option: "wgts", expected: `${length} weights, one per item of the source`, received: `${wgts.length}` });
    const trained = Float64Array.from(dsets.splits[0] ?? [], (i) => wgts[i] ?? NaN);
    return this.#loaders(dsets, { ...options, sampler: weightedSampler(trained) });
  }

  /** `partialN` training items in each epoch, other ones in each. @throws E_DATA_OPTION `@source fastai.callback.data partial_dataloaders` */
  async partialDataLoaders(source: unknown, partialN: number, options: DataLoadersOptions): Promise<TfmdDataLoaders> {
    return this.#loaders(await this.datasets(source, options), { ...options, sampler: partialSampler(partialN) });
  }

  /** Builds a batch aloud: every step, what it makes of one item, and where it fails. @throws E_DATA_STEP `@source fastai.data.block.DataBlock.summary` */
  async summary(source: unknown, options: SummaryOptions): Promise<string> {
    return summarize(this, source, options);
  }

  #loaders(dsets: Datasets, options: DataLoadersOptions): Promise<TfmdDataLoaders> {
    const defaults: TransformBlock["dlsOptions"] = Object.assign({}, ...this.blocks.map((block) => block.dlsOptions));
    return TfmdDataLoaders.create(dsets, { ...defaults, ...options, afterItem: this.itemTfms, afterBatch: this.batchTfms });
  }
}

function gettersOf({ getters, getX, getY }: DataBlockOptions, n: number, nInp: number): readonly TransformsLike[] {
  if (getters !== undefined && getters.length !== n) throw E_DATA_GETTERS({ what: "getters", expected: n, received: getters.length });
  const all = getters?.slice() ?? Array.from({ length: n }, () => null);
  place(all, { given: getX, what: "functions of getX", from: 0, count: nInp });
  place(all, { given: getY, what: "functions of getY", from: nInp, count: n - nInp });
  return all;
}

interface Placing {
  readonly given: DataBlockOptions["getX"];
  readonly what: string;
  readonly from: number;
  readonly count: number;
}

function place(all: TransformsLike[], { given, what, from, count }: Placing): void {
  if (given === undefined) return;
  const list: readonly TransformsLike[] = Array.isArray(given) ? given : [given as TransformsLike];
  if (list.length !== count) throw E_DATA_GETTERS({ what, expected: count, received: list.length });
  all.splice(from, count, ...list);
}

function asItems(source: unknown): readonly unknown[] {
  if (Array.isArray(source) && !(source instanceof Tuple)) return source;
  throw E_DATA_OPTION({ option: "getItems", expected: "a function, where the source is no list of items", received: typeof source });
}
