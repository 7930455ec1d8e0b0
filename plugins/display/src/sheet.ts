import type { Cell } from "./cell.ts";

/** Cells that belong together, side by side: a picture, or target and prediction. */
export type Group = readonly Cell[];

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a figure of samples says, before it is SVG or HTML. */
export interface Sheet {
  readonly title?: string;
  readonly groups: readonly Group[];
  /** Groups in a row. */
  readonly columns: number;
  /** Under the pictures, or instead of them. */
  readonly table?: Table;
}
