import type { Random } from "@fastap/kernel";
import type { Item, SkipItem } from "../dataset.ts";
import type { Portable } from "./portable.ts";

/** Reads an item in a worker, from what the main thread gave along. */
export type ItemReader = (payload: unknown, random?: Random) => Item | SkipItem | Promise<Item | SkipItem>;

/** How the items of a dataset are read by workers. */
export interface RemoteItems {
  /** Makes an {@link ItemReader}; with `args`, at most once in each worker. */
  readonly reader: Portable;
  /** What the reader needs of an item: plain data. */
  payload(i: number, random?: Random): unknown;
}
