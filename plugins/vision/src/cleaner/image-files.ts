import type { Loader } from "@fastap/kernel";
import { TfmdDL } from "@fastap/plugin-data";
import { E_CLEANER_DATA } from "./errors.ts";

/** Where the images of a loader are, and what class each is said to be; nothing is decoded. @throws E_CLEANER_DATA */
export async function imageFiles(loader: Loader): Promise<{ readonly dl: TfmdDL; readonly files: string[]; readonly labels: number[] }> {
  const expected = "image files with one label each, as of imageDataLoaders";
  if (!(loader instanceof TfmdDL)) throw E_CLEANER_DATA({ problem: "its items are no files", expected, received: loader.constructor.name });
  const { lists, nInp, length } = loader.dsets;
  const [inputs, targets] = [lists[0], lists[nInp]];
  const steps = inputs?.types.lastIndexOf(String as never) ?? -1;
  if (inputs === undefined || targets === undefined || steps < 0)
    throw E_CLEANER_DATA({
      problem: "its items lead to no file names",
      expected,
      received: `items of ${inputs?.types[0]?.name ?? "no"} type`,
    });
  const { items, pipeline, splitIdx } = inputs;
  const toFile = pipeline.transforms.slice(0, steps);
  const files: string[] = [];
  const labels: number[] = [];
  for (let i = 0; i < length; i++) {
    let value = items[i];
    for (const transform of toFile) value = await transform.encode(value, splitIdx);
    files.push(String(value));
    labels.push(classOf(await targets.get(i)));
  }
  return { dl: loader, files, labels };
}

/** @throws E_CLEANER_DATA */
function classOf(target: unknown): number {
  const sample: { readonly data?: ArrayLike<number>; readonly shape?: readonly number[] } = Object(target);
  const [id] = Array.from(sample.data ?? []);
  if (sample.shape?.length === 0 && id !== undefined && Number.isInteger(id)) return id;
  throw E_CLEANER_DATA({
    problem: "its targets are no single class",
    expected: "a category for each image",
    received: Object(target).constructor.name,
  });
}
