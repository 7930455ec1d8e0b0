/** A value that classes may have. */
export type Label = string | number | boolean;

export interface CategoryMapOptions {
  /** Default true; else in order of first appearance. */
  readonly sort?: boolean;
  /** `#na#` is class 0, and so is everything unknown; default false. */
  readonly addNa?: boolean;
}

/** A column whose classes are known beforehand, in their order. */
export interface CategoricalColumn {
  readonly values: readonly unknown[];
  readonly categories: readonly Label[];
  /** Leave out classes that no value has; default false. */
  readonly strict?: boolean;
}

/** Class names by number and back; missing values (null, undefined, NaN) are no class. `@source fastai.data.transforms.CategoryMap` */
export class CategoryMap {
  readonly items: readonly Label[];
  readonly addNa: boolean;
  readonly #ids: ReadonlyMap<Label, number>;

  constructor(column: readonly unknown[] | CategoricalColumn, { sort = true, addNa = false }: CategoryMapOptions = {}) {
    const found = "categories" in column ? given(column) : unique(column, sort);
    this.addNa = addNa;
    this.items = addNa ? ["#na#", ...found] : found;
    this.#ids = new Map(this.items.map((item, i) => [item, i]));
  }

  get length(): number {
    return this.items.length;
  }

  /** Number of a class; of an unknown one 0 with `addNa`, else undefined. */
  id(label: unknown): number | undefined {
    return this.#ids.get(label as Label) ?? (this.addNa ? 0 : undefined);
  }

  mapIds(ids: Iterable<number>): (Label | undefined)[] {
    return Array.from(ids, (id) => this.items[id]);
  }

  mapObjs(labels: Iterable<unknown>): (number | undefined)[] {
    return Array.from(labels, (label) => this.id(label));
  }

  equals(other: CategoryMap): boolean {
    return this.length === other.length && this.items.every((item, i) => item === other.items[i]);
  }
}

/** Numbers by size, everything else by code unit; independent of the locale. */
export function compareLabels(a: Label, b: Label): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [s, t] = [String(a), String(b)];
  return s === t ? 0 : s < t ? -1 : 1;
}

function given({ values, categories, strict = false }: CategoricalColumn): readonly Label[] {
  const used = new Set(values);
  return strict ? categories.filter((category) => used.has(category)) : categories;
}

function unique(values: readonly unknown[], sort: boolean): readonly Label[] {
  const found = [...new Set(values)].filter((value): value is Label => !isMissing(value));
  return sort ? found.toSorted(compareLabels) : found;
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}
