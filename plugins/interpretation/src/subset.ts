import type { Loader, Random } from "@fastap/kernel";
import { E_INTERPRETATION_INDEX, E_INTERPRETATION_LOADER } from "./errors.ts";

/** Numbered items, as the datasets of plugin data. */
interface Items {
  readonly length: number;
  readonly nInp?: number;
  get(i: number, random?: Random): unknown;
}

/** A loader that can be made anew over other items, as data's DataLoader. */
interface Remakable extends Loader {
  readonly dataset: Items;
  readonly new: (overrides: {
    readonly dataset?: Items;
    readonly shuffle?: boolean;
    readonly dropLast?: boolean;
    readonly numWorkers?: number;
  }) => Loader;
}

/** The items of these numbers, in this order. @throws E_INTERPRETATION_LOADER, E_INTERPRETATION_INDEX */
export function subsetLoader(loader: Loader, indices: readonly number[]): Loader {
  if (!isRemakable(loader)) {
    const hint = "Use the DataLoader of @fastap/plugin-data.";
    const expected = "a loader with dataset and new()";
    throw E_INTERPRETATION_LOADER({
      message: "single items of this loader cannot be read",
      expected,
      received: loader.constructor.name,
      hint,
    });
  }
  const { dataset } = loader;
  const bad = indices.find((i) => !Number.isInteger(i) || i < 0 || i >= dataset.length);
  if (bad !== undefined) throw E_INTERPRETATION_INDEX({ index: bad, items: dataset.length });
  const { nInp } = dataset;
  const picked: Items = {
    length: indices.length,
    ...(nInp === undefined ? {} : { nInp }),
    get: (i, random) => dataset.get(indices[i] ?? 0, random),
  };
  return loader.new({ dataset: picked, shuffle: false, dropLast: false, numWorkers: 0 });
}

function isRemakable(loader: Loader): loader is Remakable {
  return "new" in loader && typeof loader.new === "function" && "dataset" in loader;
}
