/** A picture's bytes, row by row from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red-green-blue, 4 with opacity. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** One thing drawn; all coordinates are pixels of the cell's picture, x before y. */
export type Mark =
  | { readonly kind: "raster"; readonly raster: Raster; readonly opacity?: number }
  | { readonly kind: "dots"; readonly points: readonly (readonly [x: number, y: number])[]; readonly color: string }
  | { readonly kind: "box"; readonly box: readonly [left: number, top: number, right: number, bottom: number]; readonly label?: string };

export type Tone = "plain" | "muted" | "good" | "bad";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

/** One place of a sheet: marks one over the other, lines of text above them. */
export interface Cell {
  /** Of the first picture; 0 before there is one. */
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
  readonly lines: readonly Line[];
}

export const EMPTY_CELL: Cell = Object.freeze({ width: 0, height: 0, marks: [], lines: [] });

/** With more marks over those that are there. The first raster decides the size. */
export function withMarks(cell: Cell, ...marks: readonly Mark[]): Cell {
  const first = cell.width > 0 ? undefined : marks.find((mark) => mark.kind === "raster");
  const size = first === undefined ? {} : { width: first.raster.width, height: first.raster.height };
  return { ...cell, ...size, marks: [...cell.marks, ...marks] };
}

/** With more text under that which is there. */
export function withLine(cell: Cell, text: string, tone: Tone = "plain"): Cell {
  return { ...cell, lines: [...cell.lines, { text, tone }] };
}
