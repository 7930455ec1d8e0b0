import { Transform } from "./transform.ts";
import type { TransformOptions } from "./transform.ts";

/** A transform whose name shows its arguments. `@source fastcore.transform.DisplayedTransform` */
export class DisplayedTransform extends Transform {
  readonly #shown: Readonly<Record<string, unknown>>;

  constructor(shown: Readonly<Record<string, unknown>> = {}, options: TransformOptions = {}) {
    super({ ...options, name: options.name ?? new.target.name });
    this.#shown = shown;
  }

  override toString(): string {
    const args = Object.entries(this.#shown).map(([key, value]) => `${key}=${JSON.stringify(value) ?? "undefined"}`);
    return `${this.name} -- {${args.join(", ")}}`;
  }
}
