/** A curve of a chart in text. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn as this sign; else as a line of dots. */
  readonly mark?: string;
}

export interface ChartOptions {
  /** Where the axis ends; it starts at 0. */
  readonly xMax: number;
  /** Columns and lines of the drawing, without labels; default 60 and 10. */
  readonly width?: number;
  readonly height?: number;
}

/** Dots of a braille sign, by row and column. @source Unicode 6.0, U+2800 */
const DOTS: readonly (readonly [left: number, right: number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
const EMPTY = 0x2800;

/** Curves as lines of text, y from 0 to the greatest value. Points that are not finite are left out. */
export function textChart(curves: readonly Curve[], { xMax, width = 60, height = 10 }: ChartOptions): string[] {
  const finite = curves.map((curve) => ({ ...curve, points: curve.points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)) }));
  const yMax = finite.reduce((max, { points }) => points.reduce((m, [, y]) => Math.max(m, y), max), 0) || 1;
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => " "));
  for (const { points, mark } of finite) for (const [x, y] of points) dot(cells, x / xMax, y / yMax, mark);
  const top = yMax.toPrecision(3);
  const labels = [top, ...Array.from({ length: height - 2 }, () => ""), "0"];
  const rows = cells.map((line, y) => `${(labels[y] ?? "").padStart(top.length)} │${line.join("").trimEnd()}`);
  const legend = finite.map(({ name, mark }) => `${mark ?? "⠤"} ${name}`).join("  ");
  return [...rows, `${" ".repeat(top.length)} └${"─".repeat(width)}`, `${" ".repeat(top.length + 2)}${legend}`];
}

/** Sets one of the 2 × 4 dots of a cell, or a mark in its place; marks stay. Shares are of the width, and of the height from below. */
function dot(cells: readonly string[][], shareX: number, shareY: number, mark: string | undefined): void {
  const [columns, rows] = [(cells[0]?.length ?? 0) * 2, cells.length * 4];
  const [column, row] = [place(shareX, columns), rows - 1 - place(shareY, rows)];
  const line = cells[row >> 2] ?? [];
  const before = line[column >> 1] ?? " ";
  line[column >> 1] = mark ?? withDot(before, DOTS[row & 3]?.[column & 1] ?? 0);
}

function withDot(cell: string, bit: number): string {
  if (cell === " ") return String.fromCharCode(EMPTY + bit);
  const bits = cell.charCodeAt(0) - EMPTY;
  const isMark = bits < 0 || bits > 255;
  return isMark ? cell : String.fromCharCode(EMPTY + (bits | bit));
}

function place(share: number, places: number): number {
  return Math.min(places - 1, Math.max(0, Math.floor(share * places)));
}
