import type { Random } from "@fastap/kernel";
import type { DataLoaderOptions } from "./data-loader-options.ts";
import { skipItem } from "./dataset.ts";
import type { Dataset, Item, SkipItem } from "./dataset.ts";
import { noNumbers, SourceItems } from "./item-source.ts";

type ItemHooks = Pick<DataLoaderOptions, "createItem" | "afterItem">;

/** A dataset whose items are made, or changed, by hooks of the loader; they run in this thread. */
export class HookedItems implements Dataset {
  readonly length: number;
  readonly nInp?: number;
  readonly #dataset: Dataset;
  readonly #hooks: ItemHooks;

  constructor(dataset: Dataset, hooks: ItemHooks) {
    this.length = dataset.length;
    if (dataset.nInp !== undefined) this.nInp = dataset.nInp;
    [this.#dataset, this.#hooks] = [dataset, hooks];
  }

  async get(i: number, random?: Random): Promise<Item | SkipItem> {
    const { createItem, afterItem } = this.#hooks;
    const item = await (createItem === undefined ? this.#dataset.get(i, random) : createItem(i, random));
    return item === skipItem || afterItem === undefined ? item : afterItem(item, random);
  }

  nameOf(i: number): string | undefined {
    return this.#dataset.nameOf?.(i);
  }
}

/**
 * The items that a loader batches: hooks that see single items or lists of them rule out rows that are collated already.
 * @throws E_DATA_OPTION where items without numbers are to be ordered
 */
export function itemsFor(dataset: Dataset, options: DataLoaderOptions): Dataset {
  const { createItem, afterItem, beforeBatch, createBatch, createBatches, getIdxs, shuffle } = options;
  if (dataset instanceof SourceItems) {
    const [option] = Object.entries({ shuffle, createItem, createBatches, getIdxs }).find(([, given]) => Boolean(given)) ?? [];
    if (option !== undefined) throw noNumbers(option);
    return dataset;
  }
  const isGiven = (...hooks: readonly unknown[]): boolean => hooks.some((hook) => hook !== undefined);
  if (isGiven(createItem, afterItem)) return new HookedItems(dataset, options);
  const isCollated = dataset.getBatch !== undefined;
  return isCollated && isGiven(beforeBatch, createBatch, createBatches) ? new HookedItems(dataset, {}) : dataset;
}
