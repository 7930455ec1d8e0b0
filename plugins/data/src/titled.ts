import type { Sample } from "./sample.ts";

/** A decoded value that is shown as text. `@source fastai.torch_core.ShowTitle` */
export class Titled<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
  toString(): string {
    return String(this.value);
  }
}
export class TitledStr extends Titled<string> {}
export class Category extends Titled<string | number | boolean> {}

/** Labels of one item, shown joined by `;`. */
export class MultiCategory extends Titled<readonly (string | number | boolean)[]> {
  override toString(): string {
    return this.value.join(";");
  }
}

/** Shown with a fraction, `2.0`. */
export class TitledFloat extends Titled<number> {
  override toString(): string {
    return float(this.value);
  }
}

/** Shown as `(1.0, 2.5)`. */
export class TitledTuple extends Titled<readonly number[]> {
  override toString(): string {
    return `(${this.value.map(float).join(", ")})`;
  }
}

/** Too many numbers to be read out: shown by their shape. */
export class TitledSample extends Titled<Sample> {
  override toString(): string {
    return `[${this.value.shape.join(", ")}]`;
  }
}

function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
