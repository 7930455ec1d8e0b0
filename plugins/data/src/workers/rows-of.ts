import type { Random } from "@fastap/kernel";
import type { Dataset } from "../dataset.ts";
import type { DataLoaderOptions } from "../data-loader-options.ts";
import { E_DATA_WORKERS } from "../errors.ts";
import { LocalRows } from "../item-rows.ts";
import type { ItemRows } from "../item-rows.ts";
import { ItemPool } from "./item-pool.ts";
import { WorkerRows } from "./worker-rows.ts";

/** Threads for a loader, none where its rows lie in one array. @throws E_DATA_WORKERS */
export function poolFor(dataset: Dataset, { numWorkers = 0, pool, random }: DataLoaderOptions): ItemPool | undefined {
  if (numWorkers === 0 || dataset.getBatch !== undefined) return undefined;
  if (dataset.remote === undefined) throw E_DATA_WORKERS({ received: `${dataset.constructor.name} without remote()` });
  if (random !== undefined && random.source === undefined) throw E_DATA_WORKERS({ received: "a random generator without source" });
  return pool ?? new ItemPool(numWorkers);
}

export interface Epoch {
  readonly dataset: Dataset;
  readonly order: Int32Array;
  readonly from: number;
  /** Of the epoch; each place in its order gets a stream of its own. */
  readonly random: Random | undefined;
  readonly bs: number;
  /** Batches to read ahead. */
  readonly depth: number;
}

/** The items of an epoch, read by workers where there are some. */
export function rowsOf(pool: ItemPool | undefined, { random, bs, depth, ...place }: Epoch): ItemRows {
  const randomAt = (position: number): Random | undefined => random?.fork(`item ${position}`);
  const remote = pool === undefined ? undefined : place.dataset.remote?.();
  if (pool === undefined || remote === undefined) return new LocalRows({ ...place, randomAt });
  const chunk = Math.ceil(bs / pool.count);
  return new WorkerRows({ ...place, randomAt, pool, remote, random: random?.source, chunk, ahead: depth * bs });
}
