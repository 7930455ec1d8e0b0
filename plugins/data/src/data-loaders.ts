import type { DataLoaders as KernelDataLoaders, Engine, Random, Registry, Spec, Tensor } from "@fastap/kernel";
import type { Display, Figure } from "@fastap/plugin-display";
import { DataLoader } from "./data-loader.ts";
import type { DataLoaderOptions } from "./data-loader-options.ts";
import type { Dataset } from "./dataset.ts";
import { E_DATA_NO_BATCHES } from "./errors.ts";
import type { Sampler } from "./sampler.ts";
import type { ShowBatchOptions } from "./showing.ts";

/** What the data tell a Learner beside batches. */
export type DataLoadersFacts = Pick<KernelDataLoaders, "vocab" | "inputShape" | "c" | "lossFunc" | "preprocessing" | "testBatch">;

export interface FromDatasetsOptions extends DataLoadersFacts {
  readonly engine: Engine;
  readonly random: Random;
  /** Default 64. */
  readonly bs?: number;
  /** Of all loaders but the first; default `bs`. */
  readonly valBs?: number;
  /** Of the first loader; default true. */
  readonly shuffle?: boolean;
  /** Of the first loader; default what `shuffle` is. */
  readonly dropLast?: boolean;
  /** Default false. */
  readonly valShuffle?: boolean;
  /** Which items an epoch of the first loader has, where it shuffles. `@source fastai weighted_dataloaders, partial_dataloaders` */
  readonly sampler?: Sampler;
  /** First rows of the first dataset to use. */
  readonly n?: number;
  readonly prefetch?: number;
  readonly numWorkers?: number;
  readonly onBroken?: "stop" | "skip";
  readonly onSkipped?: NonNullable<DataLoaderOptions["onSkipped"]>;
  /** How samples are shown: `host.registry("displays")`. */
  readonly displays?: Registry<Display>;
}

/** A training and a validation loader, and what is known of their data. `@source fastai.data.core.DataLoaders` */
export class DataLoaders implements KernelDataLoaders {
  readonly loaders: readonly DataLoader[];
  readonly train: DataLoader;
  readonly valid: DataLoader;
  readonly vocab?: readonly string[];
  readonly inputShape?: readonly number[];
  readonly c?: number;
  readonly lossFunc?: string;
  readonly preprocessing?: Spec;
  readonly testBatch?: (input: unknown) => Promise<readonly Tensor[]>;

  /** @throws E_DATA_NO_BATCHES when the training loader would give none, unless that is meant. */
  constructor(
    loaders: readonly [train: DataLoader, valid: DataLoader, ...others: DataLoader[]],
    facts: DataLoadersFacts = {},
    { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
  ) {
    const [train, valid] = loaders;
    if (!mayBeEmpty && train.facts.batches === 0) throw E_DATA_NO_BATCHES({ rows: train.n, bs: train.bs ?? 1, dropLast: train.dropLast });
    this.loaders = loaders;
    this.train = train;
    this.valid = valid;
    Object.assign(this, Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)));
  }

  /** One loader per dataset, the first to train on. `@source fastai.data.core.FilteredBase.dataloaders` */
  static fromDatasets(
    datasets: readonly [train: Dataset, valid: Dataset, ...others: Dataset[]],
    options: FromDatasetsOptions,
  ): DataLoaders {
    const { bs = 64, valBs = bs, shuffle = true, dropLast = shuffle, valShuffle = false, n, sampler, ...others } = options;
    const { engine, random, displays, ...rest } = others;
    const [reading, facts] = readingOf(rest);
    const shared = { engine, random, displays, vocab: facts.vocab, ...reading };
    const [train, valid, ...tests] = datasets;
    const validLoader = (dataset: Dataset): DataLoader => new DataLoader(dataset, { ...shared, bs: valBs, shuffle: valShuffle });
    const chosen = { ...(n === undefined ? {} : { n }), ...(sampler === undefined ? {} : { sampler }) };
    const trainLoader = new DataLoader(train, { ...shared, bs, shuffle, dropLast, ...chosen });
    return new DataLoaders([trainLoader, validLoader(valid), ...tests.map(validLoader)], facts);
  }

  /** Ends the threads of their workers; they start again when they are needed. */
  async close(): Promise<void> {
    for (const loader of this.loaders) await loader.close();
  }

  /** The training loader's {@link DataLoader.oneBatch}. */
  async oneBatch(): Promise<readonly Tensor[]> {
    return this.train.oneBatch();
  }

  /** The training loader's {@link DataLoader.showBatch}. */
  async showBatch(options: ShowBatchOptions = {}): Promise<Figure> {
    return this.train.showBatch(options);
  }
}

type Reading = Pick<FromDatasetsOptions, "prefetch" | "numWorkers" | "onBroken" | "onSkipped">;

/** What is said of reading, apart from what is said of the data. */
function readingOf({
  prefetch = 2,
  numWorkers = 0,
  onBroken = "stop",
  onSkipped,
  ...facts
}: Reading & DataLoadersFacts): [Reading, DataLoadersFacts] {
  return [{ prefetch, numWorkers, onBroken, ...(onSkipped === undefined ? {} : { onSkipped }) }, facts];
}
