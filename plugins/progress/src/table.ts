/** What a recorder logs: numbers, a time, or nothing where a phase did not run. */
export type Cell = number | string | undefined;

const GAP = 2;
const LEAST_COLUMN = 8;
/** Widths where the table must be narrow: `0.354680`, and `00:07` in the columns that hold no metric. */
const NARROW: ReadonlyMap<string, number> = new Map([
  ["epoch", 5],
  ["time", 5],
]);

/** Epoch numbers whole, other numbers with 6 decimals, as Python prints them. */
export function formatCell(value: Cell, column: string): string {
  if (typeof value !== "number") return value ?? "None";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return column === "epoch" ? String(value) : value.toFixed(6);
}

/** The epoch table: columns as fastprogress sets them, closer and with short names where the terminal is narrow. */
export class TableLayout {
  readonly #names: readonly string[];
  readonly #widths: readonly number[];
  readonly #gap: number;

  constructor(names: readonly string[], width: number = Infinity) {
    const wide = names.map((name) => Math.max(LEAST_COLUMN, name.length));
    const fits = lineLength(wide, GAP) <= width;
    this.#names = names;
    this.#widths = fits ? wide : names.map((name) => NARROW.get(name) ?? LEAST_COLUMN);
    this.#gap = fits ? GAP : 1;
  }

  header(): string {
    return this.#line(this.#names.map((name, i) => clip(name, this.#widths[i] ?? name.length)));
  }

  /** `cells` may be fewer than the names: a cancelled phase has none. */
  row(cells: readonly Cell[]): string {
    return this.#line(cells.map((cell, i) => this.#cell(cell, i)));
  }

  /** Where columns are close, decimals that have no room go. */
  #cell(cell: Cell, i: number): string {
    const text = formatCell(cell, this.#names[i] ?? "");
    const point = text.indexOf(".");
    if (this.#gap === GAP || typeof cell !== "number" || point < 0) return text;
    return text.slice(0, Math.max(point, this.#widths[i] ?? 0));
  }

  #line(texts: readonly string[]): string {
    const gap = " ".repeat(this.#gap);
    return texts
      .map((text, i) => text.padEnd(this.#widths[i] ?? 0))
      .join(gap)
      .trimEnd();
  }
}

function lineLength(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

function clip(name: string, width: number): string {
  return name.length <= width ? name : `${name.slice(0, width - 1)}…`;
}
