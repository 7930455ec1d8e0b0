import type { Cell } from "./cell.ts";

/**
 * What a value is beside an input: a picture has a cell of its own, an overlay is drawn over the input; a label (one class), labels
 * (several) and text are said in words. Of labels, target and prediction are compared. What is hidden, as noise, is left out.
 */
export type Role = "picture" | "overlay" | "label" | "labels" | "text" | "hidden";

/** How values of one class, and of classes derived from it, are shown. */
export interface Display<T extends object = object> {
  readonly type: abstract new (...args: never[]) => T;
  readonly role: Role;
  /** Taken only where decoding leads to nothing better. */
  readonly fallback?: boolean;
  /** Adds the value to a cell; words as lines. */
  draw(value: T, cell: Cell): Cell;
}

/** Types a display by its class. */
export function defineDisplay<T extends object>(display: Display<T>): Display {
  return display;
}
