import type { Loader } from "@fastap/kernel";
import { TfmdDL } from "@fastap/plugin-data";
import type { TfmdLists } from "@fastap/plugin-data";
import { E_CLEANER_DATA } from "./errors.ts";

export interface ImageFiles {
  readonly dl: TfmdDL;
  readonly files: readonly string[];
  /** Class numbers. */
  readonly labels: readonly number[];
}

const EXPECTED = "image files with one label each, as of imageDataLoaders";

/** Where the images of a loader are, and what class each is said to be; nothing is decoded. @throws E_CLEANER_DATA */
export async function imageFiles(loader: Loader): Promise<ImageFiles> {
  if (!(loader instanceof TfmdDL))
    throw E_CLEANER_DATA({ problem: "its items are no files", expected: EXPECTED, received: loader.constructor.name });
  const { lists, nInp, length } = loader.dsets;
  const [inputs, targets] = [lists[0], lists[nInp]];
  if (inputs === undefined || targets === undefined)
    throw E_CLEANER_DATA({ problem: "its items have no targets", expected: EXPECTED, received: `${lists.length} parts` });
  const fileOf = fileReader(inputs);
  const files: string[] = [];
  const labels: number[] = [];
  for (let i = 0; i < length; i++) {
    files.push(await fileOf(i));
    labels.push(classOf(await targets.get(i)));
  }
  return { dl: loader, files, labels };
}

/** An item as far as it is a string for the last time: then it is opened. @throws E_CLEANER_DATA */
function fileReader({ items, pipeline, splitIdx, types }: TfmdLists): (i: number) => Promise<string> {
  const steps = types.lastIndexOf(String as never);
  if (steps < 0) {
    const received = `items of type ${types[0]?.name ?? "unknown"}`;
    throw E_CLEANER_DATA({ problem: "its items lead to no file names", expected: EXPECTED, received });
  }
  return async (i) => {
    let value = items[i];
    for (const transform of pipeline.transforms.slice(0, steps)) value = await transform.encode(value, splitIdx);
    return String(value);
  };
}

/** @throws E_CLEANER_DATA */
function classOf(target: unknown): number {
  const sample: { readonly data?: ArrayLike<number>; readonly shape?: readonly number[] } = Object(target);
  const [id] = Array.from(sample.data ?? []);
  if (sample.shape?.length === 0 && id !== undefined && Number.isInteger(id)) return id;
  const received = Object(target).constructor.name;
  throw E_CLEANER_DATA({ problem: "its targets are no single class", expected: "a category for each image", received });
}
