import type { Random } from "@fastap/kernel";
import type { Field, Sample } from "./sample.ts";
import type { RemoteItems } from "./workers/remote-items.ts";

/** A tuple of samples, inputs first, or one sample alone. */
export type Item = Field | readonly Field[];

/** Returned instead of an item, leaves it out; the batch is filled with the ones after it. `@source fastai.data.load.SkipItemException` */
export const skipItem: unique symbol = Symbol("skipItem");
export type SkipItem = typeof skipItem;

/** Numbered items, read at once or later. */
export interface Dataset<I extends Item = Item> {
  readonly length: number;
  /** How many fields of an item are inputs; default all but the last. */
  readonly nInp?: number;
  /** `random` is the stream of the item's place in this epoch. */
  get(i: number, random?: Random): I | SkipItem | Promise<I | SkipItem>;
  /** What a person calls an item, as the path of its file. */
  nameOf?(i: number): string | undefined;
  /** How workers read the items; without it they cannot. */
  remote?(): RemoteItems;
  /** Rows already collated, one sample `[rows, …]` per field, in fresh arrays: the fast path where rows lie in one array. */
  getBatch?(rows: Int32Array): readonly Sample[] | Promise<readonly Sample[]>;
}

/** The fields of an item, whether tuple or single. */
export function fieldsOf(item: Item): readonly Field[] {
  return isTuple(item) ? item : [item];
}

function isTuple(item: Item): item is readonly Field[] {
  return Array.isArray(item);
}
