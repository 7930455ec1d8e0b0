import type { Engine, Random, Registry, Tensor } from "@fastap/kernel";
import type { Display } from "@fastap/plugin-display";
import type { BeforeBatch, CreateBatch } from "./batches.ts";
import type { Item, SkipItem } from "./dataset.ts";
import { E_DATA_OPTION } from "./errors.ts";
import type { BrokenItem } from "./item-rows.ts";
import type { Sampler } from "./sampler.ts";
import type { ItemPool } from "./workers/item-pool.ts";

export interface DataLoaderOptions {
  readonly engine: Engine;
  /** Forked at once, so what others draw later does not change the order. Needed by `shuffle` and by transforms that draw. */
  readonly random?: Random;
  /** Items in a batch, default 64; null: items are batches. */
  readonly bs?: number | null;
  /** A new order every epoch; default false. */
  readonly shuffle?: boolean;
  /** Which items an epoch has, where it shuffles; default all of them once. */
  readonly sampler?: Sampler;
  /** Leave out a last batch that is short; default false. */
  readonly dropLast?: boolean;
  /** Use the first `n` items only. */
  readonly n?: number;
  /** Batches collated ahead; default 2. */
  readonly prefetch?: number;
  /** Threads that read items; default 0, this one. Order and bits are the same for any number. */
  readonly numWorkers?: number;
  /** The threads, where loaders share them; default `numWorkers` of its own. */
  readonly pool?: ItemPool;
  /** What an item that cannot be read does: stops the epoch with an error, or is left out and counted. Default "stop". */
  readonly onBroken?: "stop" | "skip";
  /** Told at the end of an epoch which items were left out as broken; default a warning on the console. */
  readonly onSkipped?: (items: readonly BrokenItem[], facts: LoaderFacts) => void;
  /** How many tensors of a batch are inputs; default the dataset's, else all but the last. */
  readonly nInp?: number;
  /** How samples are shown: `host.registry("displays")`. */
  readonly displays?: Registry<Display> | undefined;
  /** Names of the classes, to show samples that have no types. */
  readonly vocab?: readonly string[] | undefined;
  /** Before an epoch. `@source fastai before_iter` */
  readonly beforeIter?: () => void | Promise<void>;
  /** After an epoch that was not left early. `@source fastai after_iter` */
  readonly afterIter?: () => void | Promise<void>;
  /** Numbers of the items of an epoch, in order; default all, shuffled where asked. The same count each time. `@source fastai get_idxs` */
  readonly getIdxs?: (n: number, random?: Random) => ArrayLike<number>;
  /** Where it shuffles: the numbers in a new order; default a permutation. `@source fastai shuffle_fn` */
  readonly shuffleFn?: (idxs: Int32Array, random: Random) => ArrayLike<number>;
  /** Which numbers go into which batch; default runs of `bs`. `bs` and `dropLast` then mean nothing. `@source fastai create_batches` */
  readonly createBatches?: (idxs: Int32Array) => Iterable<ArrayLike<number>>;
  /** An item by its number; default the dataset's. `@source fastai create_item` */
  readonly createItem?: (i: number, random?: Random) => Item | SkipItem | Promise<Item | SkipItem>;
  /** Sees each item. `@source fastai after_item` */
  readonly afterItem?: (item: Item, random?: Random) => Item | SkipItem | Promise<Item | SkipItem>;
  /** Sees the items of a batch before they are stacked. */
  readonly beforeBatch?: BeforeBatch;
  /** Stacks items, `[rows, …]` for each field; default by position. `@source fastai create_batch` */
  readonly createBatch?: CreateBatch;
  /** Turns the tensors of a batch into those handed out, synchronously; what it makes besides is disposed. */
  readonly afterBatch?: (batch: readonly Tensor[], random?: Random) => readonly Tensor[];
}
/** What is known of a loader. */
export interface LoaderFacts {
  /** Items of an epoch. */
  readonly rows: number;
  readonly batches: number;
  readonly bs: number | null;
  readonly numWorkers: number;
  /** Items left out of the epoch that was begun last, as they are broken. */
  readonly broken: number;
}

/** @throws E_DATA_OPTION */
export function validateOptions({ bs = 64, shuffle = false, dropLast = false, random, onBroken, ...counts }: DataLoaderOptions): void {
  atLeast(1, "bs", bs ?? undefined);
  for (const option of ["n", "prefetch", "numWorkers"] as const) atLeast(0, option, counts[option]);
  oneOf(["stop", "skip"], "onBroken", onBroken);
  if (bs === null && dropLast) throw E_DATA_OPTION({ option: "dropLast", expected: "a bs to drop the rest of", received: "bs null" });
  if (shuffle && random === undefined) throw E_DATA_OPTION({ option: "random", expected: "a generator, for shuffle", received: "none" });
}

function atLeast(least: number, option: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
    throw E_DATA_OPTION({ option, expected: `a whole number ≥ ${least}`, received: String(value) });
}

function oneOf(choices: readonly string[], option: string, value: string | undefined): void {
  if (value !== undefined && !choices.includes(value))
    throw E_DATA_OPTION({ option, expected: choices.map((choice) => `"${choice}"`).join(" or "), received: value });
}
