import type { Engine, Random, Registry, Spec } from "@fastap/kernel";
import type { Display } from "@fastap/plugin-display";
import { DataLoaders } from "./data-loaders.ts";
import type { DataLoadersFacts } from "./data-loaders.ts";
import type { DataLoaderOptions } from "./data-loader-options.ts";
import type { Datasets } from "./datasets.ts";
import { E_DATA_NO_BATCHES } from "./errors.ts";
import type { Sampler } from "./sampler.ts";
import { TfmdDL } from "./tfmd-dl.ts";
import type { LoaderEvent } from "./tfmd-dl.ts";
import { asTransform, listOf } from "./pipeline.ts";
import type { TransformsLike } from "./pipeline.ts";

export interface TfmdDataLoadersOptions extends Pick<
  DataLoaderOptions,
  "beforeIter" | "afterIter" | "getIdxs" | "shuffleFn" | "createBatches" | "createBatch"
> {
  readonly engine: Engine;
  readonly random: Random;
  /** Default 64. */
  readonly bs?: number;
  /** Default `bs`. */
  readonly valBs?: number;
  /** Of training; default true. */
  readonly shuffle?: boolean;
  /** Of training; default what `shuffle` is. */
  readonly dropLast?: boolean;
  /** Default false. */
  readonly valShuffle?: boolean;
  /** First training items to use. */
  readonly n?: number;
  /** Which items an epoch of training has, where it shuffles. */
  readonly sampler?: Sampler;
  readonly prefetch?: number;
  /** Threads that read items, for all loaders together; default "auto": one where they open many items and there is a second core. */
  readonly numWorkers?: number | "auto";
  /** What an item that cannot be read does; default "stop". */
  readonly onBroken?: "stop" | "skip";
  readonly onSkipped?: NonNullable<DataLoaderOptions["onSkipped"]>;
  /** How samples are shown: `host.registry("displays")`. */
  readonly displays?: Registry<Display>;
  /** Registered dataset, with options, that has no items and makes the same batches of raw inputs: what an exported Learner takes along. */
  readonly preprocessing?: Spec;
  readonly afterItem?: TransformsLike;
  readonly beforeBatch?: TransformsLike;
  readonly afterBatch?: TransformsLike;
}

/** Loaders of the subsets of `Datasets`, which share their transforms. `@source fastai.data.core.FilteredBase.dataloaders` */
export class TfmdDataLoaders extends DataLoaders {
  declare readonly train: TfmdDL;
  declare readonly valid: TfmdDL;
  declare readonly loaders: readonly TfmdDL[];
  readonly dsets: Datasets;

  private constructor(
    dsets: Datasets,
    loaders: readonly [TfmdDL, TfmdDL, ...TfmdDL[]],
    { preprocessing, mayBeEmpty = false }: { readonly preprocessing?: Spec | undefined; readonly mayBeEmpty?: boolean } = {},
  ) {
    const said = preprocessing === undefined ? {} : { preprocessing };
    super(loaders, { ...factsOf(loaders[0]), ...said, testBatch: async (input) => this.testDl([input]).oneBatch() }, { mayBeEmpty });
    this.dsets = dsets;
  }

  /** @throws E_DATA_NO_BATCHES before any transform is set up, where bs leaves no training batch. */
  static async create(dsets: Datasets, options: TfmdDataLoadersOptions): Promise<TfmdDataLoaders> {
    const { bs = 64, valBs = bs, shuffle = true, dropLast = shuffle, valShuffle = false, preprocessing, ...rest } = options;
    const train = dsets.subset(0);
    const rows = rowsOfEpoch(train.length, { ...options, shuffle });
    if (rows < (dropLast ? bs : 1)) throw E_DATA_NO_BATCHES({ rows, bs, dropLast });
    const trainLoader = await TfmdDL.create(train, { ...rest, bs, shuffle, dropLast });
    const other = (i: number): TfmdDL => trainLoader.on(dsets.subset(i), { bs: valBs, shuffle: valShuffle, dropLast: false });
    const others = dsets.splits.slice(2).map((_, i) => other(i + 2));
    return new TfmdDataLoaders(dsets, [trainLoader, other(1), ...others], { preprocessing });
  }

  /** @source fastai.data.core.DataLoaders.train_ds */
  get trainDs(): Datasets {
    return this.train.dsets;
  }
  /** @source fastai.data.core.DataLoaders.valid_ds */
  get validDs(): Datasets {
    return this.valid.dsets;
  }

  /**
   * A loader of items that were not there in training, transformed as in validation. `rmTypeTfms` leaves out so many of the first steps; default those that
   * the items look like the result of.
   * @source fastai.data.core.DataLoaders.test_dl
   */
  testDl(
    items: readonly unknown[],
    { withLabels = false, bs, rmTypeTfms }: { readonly withLabels?: boolean; readonly bs?: number; readonly rmTypeTfms?: number } = {},
  ): TfmdDL {
    const dsets = this.dsets.testSet(items, { withLabels, ...(rmTypeTfms === undefined ? {} : { skip: rmTypeTfms }) });
    return this.valid.on(dsets, { shuffle: false, ...(bs === undefined ? {} : { bs }) });
  }

  /** The same transforms, vocabularies and statistics without any item: {@link testDl} works as before. `@source fastai.data.core.DataLoaders.new_empty` */
  newEmpty(): TfmdDataLoaders {
    const [train, valid, ...others] = this.loaders.map((loader) => loader.newEmpty());
    return new TfmdDataLoaders(this.dsets.newEmpty(), [train ?? this.train, valid ?? this.valid, ...others], {
      preprocessing: this.preprocessing,
      mayBeEmpty: true,
    });
  }

  /**
   * Adds transforms to an event of the loaders, numbers of them or all; they are set up once, with the first of these loaders as it is so far.
   * @source fastai.data.core.DataLoaders.add_tfms
   */
  async addTfms(tfms: TransformsLike, event: LoaderEvent, loaders?: readonly number[]): Promise<void> {
    const chosen = this.loaders.filter((_, i) => loaders === undefined || loaders.includes(i));
    const transforms = listOf(tfms).map(asTransform);
    for (const transform of transforms) await transform.setup(chosen[0] ?? null);
    for (const loader of chosen) loader.addTfms(event, transforms);
  }

  /** What the transforms tell by that name. */
  attribute(name: string): unknown {
    return this.train.attribute(name);
  }
}

function rowsOfEpoch(items: number, { n = items, shuffle, sampler }: Pick<TfmdDataLoadersOptions, "n" | "shuffle" | "sampler">): number {
  const rows = Math.min(n, items);
  return shuffle === true && sampler !== undefined ? sampler.size(rows) : rows;
}

function factsOf(train: TfmdDL): DataLoadersFacts {
  const vocab = train.attribute("vocab");
  const c = train.attribute("c") ?? (Array.isArray(vocab) ? vocab.length : undefined);
  const lossFunc = train.attribute("lossFunc");
  return {
    ...(Array.isArray(vocab) && !vocab.some(Array.isArray) ? { vocab: vocab.map(String) } : {}),
    ...(typeof c === "number" ? { c } : {}),
    ...(typeof lossFunc === "string" ? { lossFunc } : {}),
  };
}
