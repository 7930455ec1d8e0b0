import type { Random } from "@fastap/kernel";
import { skipItem } from "./dataset.ts";
import type { Dataset, Item, SkipItem } from "./dataset.ts";
import { E_DATA_OPTION } from "./errors.ts";
import { itemError } from "./item-rows.ts";
import type { ItemRows, Outcome } from "./item-rows.ts";

type Made = Item | SkipItem;

/** Items one after the other, anew for each epoch, as a stream gives them; a list is one whose length is known. `@source torch.utils.data.IterableDataset` */
export type ItemSource = (Iterable<Made> | AsyncIterable<Made>) & { readonly length?: number; readonly nInp?: number };

/** Items without numbers behind the interface of those that have some. */
export class SourceItems implements Dataset {
  readonly length: number;
  readonly nInp?: number;
  readonly #source: ItemSource;

  constructor(source: ItemSource) {
    this.length = source.length ?? Infinity;
    if (source.nInp !== undefined) this.nInp = source.nInp;
    this.#source = source;
  }

  /** @throws E_DATA_OPTION always: there are no numbers to ask for. */
  get(): never {
    throw noNumbers("dataset");
  }

  iterate(): AsyncIterator<Made> | Iterator<Made> {
    const source = this.#source;
    return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }
}

/** What only items with numbers can have. */
export function noNumbers(option: string): Error {
  return E_DATA_OPTION({
    option,
    expected: "a dataset whose items have numbers: `length` and `get(i)`",
    received: "items one after the other",
  });
}

export function isSource(dataset: Dataset | ItemSource): dataset is ItemSource {
  return !("get" in dataset && typeof dataset.get === "function");
}

/** Reads one item after the other; those that a restored loader has done are read and left aside. */
export class SourceRows implements ItemRows {
  readonly #items: AsyncIterator<Made> | Iterator<Made>;
  readonly #n: number;
  readonly #afterItem: ((item: Item, random?: Random) => Made | Promise<Made>) | undefined;
  readonly #randomAt: (position: number) => Random | undefined;
  #left: number;
  #at: number;
  #ended = false;

  constructor(
    dataset: SourceItems,
    options: { readonly from: number; readonly n: number; readonly randomAt: (position: number) => Random | undefined },
    afterItem?: (item: Item, random?: Random) => Made | Promise<Made>,
  ) {
    this.#items = dataset.iterate();
    [this.#left, this.#at, this.#n] = [options.from, options.from, options.n];
    [this.#afterItem, this.#randomAt] = [afterItem, options.randomAt];
  }

  get at(): number {
    return this.#at;
  }
  get ended(): boolean {
    return this.#ended || this.#at >= this.#n;
  }

  async take(count: number): Promise<readonly Outcome[]> {
    for (; this.#left > 0 && !this.#ended; this.#left--) await this.#next();
    const outcomes: Outcome[] = [];
    while (outcomes.length < count && !this.ended) {
      const next = await this.#next();
      if (next === undefined) break;
      outcomes.push(await this.#outcome(next.item, this.#at++));
    }
    return outcomes;
  }

  /** A source that fails cannot go on, so that is the end of the epoch even where broken items are left out. */
  async #next(): Promise<{ readonly item: Made } | undefined> {
    try {
      const { done, value } = await this.#items.next();
      if (done !== true) return { item: value };
      this.#ended = true;
      return undefined;
    } catch (error) {
      throw itemError({ index: this.#at, error });
    }
  }

  async #outcome(item: Made, index: number): Promise<Outcome> {
    if (item === skipItem) return { skipped: index };
    try {
      const made = this.#afterItem === undefined ? item : await this.#afterItem(item, this.#randomAt(index));
      return made === skipItem ? { skipped: index } : { row: { index, item: made } };
    } catch (error) {
      return { broken: { index, error } };
    }
  }
}
