import { Transform } from "./transform.ts";
import type { TransformOptions } from "./transform.ts";

/** A transform whose name shows its arguments. `@source fastcore.transform.DisplayedTransform` */
export class DisplayedTransform extends Transform {
  readonly #args: Readonly<Record<string, unknown>>;

  constructor(shown: Readonly<Record<string, unknown>> = {}, options: TransformOptions = {}) {
    super({ ...options, name: options.name ?? new.target.name });
    this.#args = shown;
  }

  /** What it was made with, as its name shows and a file can keep. */
  get args(): Readonly<Record<string, unknown>> {
    return this.#args;
  }

  override toString(): string {
    const args = Object.entries(this.args).map(([key, value]) => `${key}=${JSON.stringify(value) ?? "undefined"}`);
    return `${this.name} -- {${args.join(", ")}}`;
  }
}
