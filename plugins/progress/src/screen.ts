import { barLine } from "./bar.ts";
import type { BarState } from "./bar.ts";
import { TableLayout } from "./table.ts";
import type { Cell } from "./table.ts";
import { ERASE, RETURN, terminalWidth } from "./terminal.ts";
import type { TextStream } from "./terminal.ts";

/** Milliseconds between two drawings of the bar. `@source fastprogress.update_every` */
const REDRAW_EVERY = 200;

/** What one run shows: a table of lines that stay, and under it, in mode "bar", one line that is drawn again and again. */
export class Screen {
  readonly #stream: TextStream;
  readonly #now: () => number;
  readonly #bars: boolean;
  #table: TableLayout | undefined;
  #drawn = false;
  #drawnAt = -Infinity;
  #phase: { readonly prefix: string; readonly total: number; readonly start: number } | undefined;

  constructor(stream: TextStream, options: { readonly bars: boolean; readonly now: () => number }) {
    this.#stream = stream;
    this.#now = options.now;
    this.#bars = options.bars;
  }

  header(names: readonly string[]): void {
    this.#table = new TableLayout(names, this.#bars ? terminalWidth(this.#stream) : Infinity);
    this.#print(this.#table.header());
  }

  row(cells: readonly Cell[]): void {
    if (this.#table !== undefined) this.#print(this.#table.row(cells));
  }

  /** A line of text that stays. */
  say(text: string): void {
    this.#print(text);
  }

  /** A phase of `total` batches begins. */
  begin(prefix: string, total: number, loss?: number): void {
    this.#phase = { prefix, total, start: this.#now() };
    this.update(0, loss);
  }

  /** `done` batches of the phase are done. Draws at most every 0.2 s. */
  update(done: number, loss?: number): void {
    const now = this.#now();
    if (!this.#bars || this.#phase === undefined || now - this.#drawnAt < REDRAW_EVERY) return;
    const { start, ...phase } = this.#phase;
    this.#draw({ ...phase, done, elapsed: (now - start) / 1000, loss });
    this.#drawnAt = now;
  }

  /** Leaves the line of the bar empty, the cursor at its start. */
  clear(): void {
    if (this.#drawn) this.#stream.write(RETURN + ERASE);
    this.#drawn = false;
  }

  #draw(state: BarState): void {
    this.#stream.write(RETURN + barLine(state, terminalWidth(this.#stream)) + ERASE);
    this.#drawn = true;
  }

  #print(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }
}
