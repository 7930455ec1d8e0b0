import type { Random } from "@fastap/kernel";
import { collatable } from "../collatable.ts";
import type { Item, SkipItem } from "../dataset.ts";
import { partStream } from "../datasets.ts";
import type { Datasets } from "../datasets.ts";
import { E_DATA_WORKER_TRANSFORM } from "../errors.ts";
import { Pipeline } from "../pipeline.ts";
import type { TransformLike } from "../pipeline.ts";
import { allSoon, soon } from "../soon.ts";
import type { SplitIdx, Transform } from "../transform.ts";
import { tuple } from "../tuple.ts";
import { packed, unpacked } from "./packed.ts";
import { remake } from "./portable.ts";
import type { Portable } from "./portable.ts";
import type { ItemReader, RemoteItems } from "./remote-items.ts";

/** Of an item: what the main thread has made of it, and how far it drew. */
interface Part {
  readonly value: unknown;
  readonly stream: readonly number[] | undefined;
}

/** What a worker makes its pipelines of. */
interface Plan {
  /** The end of each pipeline of types. */
  readonly types: readonly (readonly Portable[])[];
  readonly afterItem: readonly Portable[];
  readonly splitIdx: SplitIdx;
}

/**
 * Items behind pipelines, for workers. The beginning of a pipeline of types, up to the last transform that is a function or has learned
 * something, stays in the main thread: finding a file and its label costs nothing. All that comes after goes, with the item transforms.
 * @throws E_DATA_WORKER_TRANSFORM where an item transform cannot go
 */
export function pipelineItems(dsets: Datasets, afterItem: Pipeline): RemoteItems {
  const ends = dsets.lists.map(({ pipeline }) => portableEnd(pipeline.transforms));
  const plan: Plan = { types: ends, afterItem: afterItem.transforms.map(portableOf), splitIdx: dsets.splitIdx };
  const starts = dsets.lists.map((list, k) => ({
    list,
    start: new Pipeline(list.pipeline.transforms.slice(0, list.pipeline.transforms.length - (ends[k]?.length ?? 0))),
  }));
  return {
    reader: { module: import.meta.url, name: "pipelineReader", args: [plan] },
    payload: (i, random) => {
      const parts = starts.map(({ list, start }, k) => {
        const stream = partStream(random, k);
        const value = start.encode(list.items[i], dsets.splitIdx, stream);
        return soon(value, (ready): Part => ({ value: packed(ready), stream: stream?.state() }));
      });
      return allSoon(parts);
    },
  };
}

/** Whether items are opened by transforms that can go to a worker. */
export function movesSomething(dsets: Datasets): boolean {
  return dsets.lists.some(({ pipeline }) => portableEnd(pipeline.transforms).length > 0);
}

/** The reader in the worker, which finds it by its name. @public */
export async function pipelineReader({ types, afterItem, splitIdx }: Plan): Promise<ItemReader> {
  const made = await Promise.all(types.map(pipelineOf));
  const after = await pipelineOf(afterItem);
  return async (payload: unknown, random?: Random): Promise<Item | SkipItem> => {
    const parts = (payload as readonly Part[]).map(({ value, stream }, k) => {
      const goesOn = partStream(random, k);
      if (stream !== undefined) goesOn?.restore(stream);
      return made[k]?.encode(unpacked(value), splitIdx, goesOn);
    });
    return collatable(await after.encode(tuple(...(await Promise.all(parts))), splitIdx, random));
  };
}

async function pipelineOf(portables: readonly Portable[]): Promise<Pipeline> {
  const pipeline = new Pipeline();
  pipeline.add(...((await Promise.all(portables.map(remake))) as TransformLike[]));
  return pipeline;
}

function portableEnd(transforms: readonly Transform[]): Portable[] {
  const portables = transforms.map((transform) => transform.portable());
  const last = portables.lastIndexOf(undefined);
  return portables.slice(last + 1).filter((portable) => portable !== undefined);
}

function portableOf(transform: Transform): Portable {
  const portable = transform.portable();
  if (portable === undefined) throw E_DATA_WORKER_TRANSFORM({ transform: String(transform) });
  return portable;
}
