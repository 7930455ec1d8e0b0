import { typeOf } from "./semantic-types.ts";
import type { SemanticType } from "./semantic-types.ts";

/** A random transform gives what it has drawn along. */
export type Encode = (x: never, drawn: never) => unknown;

/** Functions by class of their argument: the most specific one wins, a later one for the same class replaces. `@source fastcore.dispatch.TypeDispatch` */
export class TypeDispatch {
  readonly #functions: Map<object, (x: unknown, drawn?: unknown) => unknown> = new Map();

  set(type: SemanticType, f: Encode): void {
    this.#functions.set(type.prototype as object, f as (x: unknown, drawn?: unknown) => unknown);
  }

  get isEmpty(): boolean {
    return this.#functions.size === 0;
  }

  /** The function for `x`; undefined where no class of `x` has one. */
  find(x: unknown): ((x: unknown, drawn?: unknown) => unknown) | undefined {
    let prototype: unknown = typeOf(x).prototype;
    while (typeof prototype === "object" && prototype !== null) {
      const found = this.#functions.get(prototype);
      if (found !== undefined) return found;
      prototype = Object.getPrototypeOf(prototype);
    }
    return undefined;
  }
}
