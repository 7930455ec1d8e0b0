import { didYouMean } from "@fastap/kernel";
import { E_DATA_COLUMN, E_DATA_NO_LABEL } from "./errors.ts";
import { parts, posixPath } from "./item-path.ts";

/** Name of the folder a file is in. `@source fastai.data.transforms.parent_label` */
export function parentLabel(item: unknown): string {
  return parts(item).at(-2) ?? "";
}

/** First group of a pattern found in the path, or at its start with `match`. @throws E_DATA_NO_LABEL `@source fastai.data.transforms.RegexLabeller` */
export function regexLabeller(pattern: RegExp | string, { match = false }: { readonly match?: boolean } = {}): (item: unknown) => string {
  const { source, flags } = new RegExp(pattern);
  const searched = new RegExp(match ? `^(?:${source})` : source, flags.replace(/[gy]/g, ""));
  return (item) => {
    const label = searched.exec(posixPath(item))?.[1];
    if (label === undefined) throw E_DATA_NO_LABEL({ pattern: source, item: posixPath(item) });
    return label;
  };
}

export interface ColReaderOptions {
  readonly pref?: string;
  /** The prefix is a folder: a separator follows it; default false. */
  readonly prefIsFolder?: boolean;
  readonly suff?: string;
  /** Splits the value into a list; an empty value is an empty list. */
  readonly labelDelim?: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Reads columns of a row by name or place; several give a list. @throws E_DATA_COLUMN `@source fastai.data.transforms.ColReader` */
export function colReader(cols: string | number | readonly (string | number)[], options: ColReaderOptions = {}): (row: unknown) => unknown {
  return (row) => {
    if (!isList(cols)) return readCell(row, cols, options);
    const values = cols.map((col) => readCell(row, col, options));
    return values.length === 1 ? values[0] : values;
  };
}

/** The i-th part of an item. `@source fastai.data.transforms.ItemGetter` */
export function itemGetter(i: number): (item: unknown) => unknown {
  return (item) => (Array.isArray(item) ? item.at(i) : undefined);
}

/** A property of an item. `@source fastai.data.transforms.AttrGetter` */
export function attrGetter(name: string, fallback?: unknown): (item: unknown) => unknown {
  return (item) => (isRow(item) && name in item ? item[name] : fallback);
}

function readCell(
  row: unknown,
  col: string | number,
  { pref = "", prefIsFolder = false, suff = "", labelDelim }: ColReaderOptions,
): unknown {
  const value = cell(row, col);
  if (labelDelim !== undefined) return String(value) === "" ? [] : String(value).split(labelDelim);
  if (pref === "" && suff === "") return value;
  return `${pref}${prefIsFolder && !pref.endsWith("/") ? "/" : ""}${String(value)}${suff}`;
}

function cell(row: unknown, col: string | number): unknown {
  if (Array.isArray(row) && typeof col === "number") return row.at(col);
  const entries = isRow(row) ? Object.entries(row) : [];
  const entry = typeof col === "number" ? entries.at(col) : entries.find(([name]) => name === col);
  if (entry !== undefined) return entry[1];
  const names = entries.map(([name]) => name);
  throw E_DATA_COLUMN({ col: String(col), names, hint: didYouMean(String(col), names) });
}

function isRow(row: unknown): row is Row {
  return typeof row === "object" && row !== null;
}

function isList(cols: string | number | readonly (string | number)[]): cols is readonly (string | number)[] {
  return Array.isArray(cols);
}
