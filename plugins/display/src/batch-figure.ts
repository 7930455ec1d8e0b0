import { EMPTY_CELL, type Cell } from "./cell.ts";
import type { Displays } from "./displays.ts";
import { E_DISPLAY_SAMPLES } from "./errors.ts";
import { sheetFigure, type Figure, type Rows } from "./figure.ts";
import { getGrid, type GridOptions } from "./get-grid.ts";
import type { Group } from "./sheet.ts";

/** A sample's parts in order, decoded: inputs, then targets. */
export type Sample = readonly unknown[];

export interface SheetOptions extends GridOptions {
  readonly title?: string;
  /** Samples to show at most. */
  readonly maxN?: number;
}

/**
 * Samples as they are: each picture a cell, what else it has over it or above it; samples without a picture as a table.
 * @throws E_DISPLAY_SAMPLES, E_DISPLAY_MISSING @source fastai show_batch
 */
export function batchFigure(displays: Displays, all: readonly Sample[], { title, maxN, ...options }: SheetOptions = {}): Figure {
  const samples = all.slice(0, maxN).map((sample) => displays.visible(sample));
  if (samples.length === 0) throw E_DISPLAY_SAMPLES({ what: "a batch", expected: "at least one sample", received: "none" });
  const data = samples.map((sample) => wordsOf(displays, sample));
  const named = title === undefined ? {} : { title };
  if (!hasPicture(displays, samples)) return sheetFigure({ ...named, groups: [], columns: 1, table: tableOf(data) }, data);
  const groups = samples.map((sample) => groupOf(displays, sample));
  return sheetFigure({ ...named, groups, columns: getGrid(samples.length, options).columns }, data);
}

/** Whether the first part of samples is a picture. */
export function hasPicture(displays: Displays, samples: readonly Sample[]): boolean {
  return samples.length > 0 && displays.role(samples[0]?.[0]) === "picture";
}

/** All parts in one cell; each further picture begins a cell beside it. */
export function groupOf(displays: Displays, sample: Sample): Group {
  const cells: Cell[] = [];
  for (const part of sample) {
    const current = displays.role(part) === "picture" && cells.length > 0 ? undefined : cells.pop();
    cells.push(displays.draw(part, current ?? EMPTY_CELL));
  }
  return cells;
}

/** What is said of a sample in words, by the name of its display; a second one of a name gets a number. */
export function wordsOf(displays: Displays, sample: Sample): Record<string, string> {
  const row: Record<string, string> = {};
  for (const part of sample) {
    const words = displays.words(part);
    if (words === "") continue;
    const name = displays.name(part);
    const taken = Object.keys(row).filter((key) => key.replace(/ \d+$/, "") === name).length;
    row[taken === 0 ? name : `${name} ${taken + 1}`] = words;
  }
  return row;
}

/** A column for each key. */
export function tableOf(data: Rows): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const head = [...new Set(data.flatMap(Object.keys))];
  return { head, rows: data.map((row) => head.map((key) => String(row[key] ?? ""))) };
}
