import type { Random } from "@fastap/kernel";
import type { DataLoaderOptions } from "./data-loader-options.ts";

/** The numbers of an epoch's items in order, and how many each batch has where that is not `bs`. */
export interface EpochOrder {
  readonly items: Int32Array;
  readonly sizes?: readonly number[];
}

type Hooks = Pick<DataLoaderOptions, "sampler" | "getIdxs" | "shuffleFn" | "createBatches">;

/** `random` is the stream of this epoch's order; none where the loader does not shuffle. `@source fastai.data.load.DataLoader.get_idxs, create_batches` */
export function epochOrder(n: number, { createBatches, ...hooks }: Hooks, random: Random | undefined, shuffle: boolean): EpochOrder {
  const items = numbersOf(n, hooks, random, shuffle);
  if (createBatches === undefined) return { items };
  const batches = Array.from(createBatches(items), (batch) => Int32Array.from(batch));
  return { items: Int32Array.from(batches.flatMap((batch) => Array.from(batch))), sizes: batches.map(({ length }) => length) };
}

/** Batches of an epoch of at most `n` items, whatever the order. */
export function epochLength(n: number, options: DataLoaderOptions, order: () => EpochOrder): number {
  if (options.createBatches !== undefined) return order().sizes?.length ?? 0;
  const items = options.getIdxs === undefined ? drawnItems(n, options) : order().items.length;
  const batches = items / (options.bs === undefined ? 64 : (options.bs ?? 1));
  return options.dropLast === true ? Math.floor(batches) : Math.ceil(batches);
}

function drawnItems(n: number, { shuffle, sampler }: DataLoaderOptions): number {
  return shuffle === true && sampler !== undefined ? sampler.size(n) : n;
}

function numbersOf(n: number, { sampler, getIdxs, shuffleFn }: Hooks, random: Random | undefined, shuffle: boolean): Int32Array {
  const inOrder = (): Int32Array => Int32Array.from({ length: n }, (_, i) => i);
  if (getIdxs !== undefined) return Int32Array.from(getIdxs(n, random));
  if (!shuffle || random === undefined) return inOrder();
  if (shuffleFn !== undefined) return Int32Array.from(shuffleFn(inOrder(), random));
  return sampler?.draw(n, random) ?? random.permutation(n);
}
