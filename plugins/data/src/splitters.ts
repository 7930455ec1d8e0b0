import { didYouMean } from "@fastap/kernel";
import type { Random } from "@fastap/kernel";
import { E_DATA_OPTION } from "./errors.ts";
import { baseName, parts } from "./item-path.ts";

/** Row numbers of each subset, training first. */
export type Splits = readonly (readonly number[])[];
/** `random` is the project's generator; only splitters that draw need it. */
export type Splitter = (items: readonly unknown[], random?: Random) => Splits | Promise<Splits>;
type Deterministic = (items: readonly unknown[]) => Splits;

export interface RandomSplitterOptions {
  /** Part of the items, rounded down; default 0.2. */
  readonly validPct?: number;
  /** Another number gives another split of the same project; default 0. */
  readonly seed?: number;
}

/** A random part for validation. `@source fastai.data.transforms.RandomSplitter` */
export function randomSplitter({ validPct = 0.2, seed = 0 }: RandomSplitterOptions = {}): Splitter {
  between("validPct", validPct);
  return (items, random) => {
    const order = drawOrder(items.length, random, seed);
    const cut = Math.floor(validPct * items.length);
    return [order.slice(cut), order.slice(0, cut)];
  };
}

/** Random parts for both; the rest is left out. `@source fastai.data.transforms.RandomSubsetSplitter` */
export function randomSubsetSplitter({ trainSz, validSz, seed = 0 }: { trainSz: number; validSz: number; seed?: number }): Splitter {
  between("trainSz", trainSz);
  between("validSz", validSz);
  if (trainSz + validSz > 1)
    throw E_DATA_OPTION({ option: "validSz", expected: "trainSz + validSz ≤ 1", received: String(trainSz + validSz) });
  return (items, random) => {
    const order = drawOrder(items.length, random, seed);
    const nTrain = Math.floor(trainSz * items.length);
    return [order.slice(0, nTrain), order.slice(nTrain, nTrain + Math.floor(validSz * items.length))];
  };
}

/** The rows given are for validation, in their order. `@source fastai.data.transforms.IndexSplitter` */
export function indexSplitter(validIdx: readonly number[]): Deterministic {
  const valid = new Set(validIdx);
  return (items) => {
    const outside = validIdx.find((i) => !(Number.isInteger(i) && i >= 0 && i < items.length));
    if (outside !== undefined)
      throw E_DATA_OPTION({ option: "validIdx", expected: `row numbers 0…${items.length - 1}`, received: String(outside) });
    return [rowsWhere(items, (_, i) => !valid.has(i)), [...validIdx]];
  };
}

/** The last (or first) part for validation. `@source fastai.data.transforms.EndSplitter` */
export function endSplitter({ validPct = 0.2, validLast = true }: { validPct?: number; validLast?: boolean } = {}): Deterministic {
  between("validPct", validPct);
  return (items) => {
    const n = items.length;
    const cut = Math.floor(validPct * n);
    return validLast ? [range(0, n - cut), range(n - cut, n)] : [range(cut, n), range(0, cut)];
  };
}

/** By the name of the folder two above the file; others are left out. `@source fastai.data.transforms.GrandparentSplitter` */
export function grandparentSplitter({
  train = "train",
  valid = "valid",
}: { train?: string | readonly string[]; valid?: string | readonly string[] } = {}): Deterministic {
  const rows = (items: readonly unknown[], names: string | readonly string[]): number[] =>
    [names].flat().flatMap((name) => rowsWhere(items, (item) => parts(item).at(-3) === name));
  return (items) => [rows(items, train), rows(items, valid)];
}

/** What `f` is true for is for validation. `@source fastai.data.transforms.FuncSplitter` */
export function funcSplitter<T>(f: (item: T) => boolean): Deterministic {
  return (items) => maskRows(items.map((item) => f(item as T)));
}

/** `@source fastai.data.transforms.MaskSplitter` */
export function maskSplitter(mask: readonly boolean[]): Deterministic {
  return (items) => {
    if (mask.length !== items.length)
      throw E_DATA_OPTION({ option: "mask", expected: `${items.length} values, one for each item`, received: String(mask.length) });
    return maskRows(mask);
  };
}

/** Base names of the items for validation, one a line in a file. `@source fastai.data.transforms.FileSplitter` */
export function fileSplitter(file: string): Splitter {
  return async (items) => {
    const { readFile } = await import("node:fs/promises");
    const names = new Set((await readFile(file, "utf8")).split(/\r?\n/));
    return maskRows(items.map((item) => names.has(baseName(item))));
  };
}

/** By a column of rows: true, equal to `on`, or one of the list `on`. A number is the place of the column. `@source fastai.data.transforms.ColSplitter` */
export function colSplitter(col: string | number = "isValid", on?: unknown): Deterministic {
  return (items) =>
    maskRows(
      items.map((item) => {
        const value = column(item, col);
        if (on === undefined || on === null) return Boolean(value);
        return Array.isArray(on) ? on.includes(value) : value === on;
      }),
    );
}

function column(item: unknown, col: string | number): unknown {
  const entries = Object.entries(typeof item === "object" && item !== null ? item : {});
  const entry = typeof col === "number" ? entries.at(col) : entries.find(([key]) => key === col);
  if (entry !== undefined) return entry[1];
  const names = entries.map(([key]) => key);
  throw E_DATA_OPTION({
    option: "col",
    expected: `a column of ${names.join(", ") || "rows"}`,
    received: String(col),
    hint: didYouMean(String(col), names),
  });
}

function drawOrder(n: number, random: Random | undefined, seed: number): number[] {
  if (random === undefined) throw E_DATA_OPTION({ option: "random", expected: "a generator, for a random split", received: "none" });
  return Array.from(random.fork(`splitter ${seed}`).permutation(n));
}

function rowsWhere(items: readonly unknown[], f: (item: unknown, i: number) => boolean): number[] {
  return items.flatMap((item, i) => (f(item, i) ? [i] : []));
}

function maskRows(mask: readonly boolean[]): Splits {
  return [rowsWhere(mask, (isValid) => isValid !== true), rowsWhere(mask, (isValid) => isValid === true)];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function between(option: string, value: number): void {
  if (!(value > 0 && value < 1)) throw E_DATA_OPTION({ option, expected: "a number between 0 and 1", received: String(value) });
}
