import type { Registry } from "@fastap/kernel";
import { EMPTY_CELL, withLine, type Cell } from "./cell.ts";
import type { Display, Role } from "./display.ts";
import { E_DISPLAY_MISSING } from "./errors.ts";

/** The displays of a host, chosen by the class of a value: that of its own class, else of the nearest class above. */
export class Displays {
  readonly #registry: Registry<Display>;
  readonly #byPrototype: Map<unknown, Named> = new Map();

  constructor(registry: Registry<Display>) {
    this.#registry = registry;
    for (const name of registry.names()) {
      const display = registry.make(name);
      this.#byPrototype.set(display.type.prototype, { name, display });
    }
  }

  /** Whether the value can be shown as it is, and needs no more decoding. */
  has(value: unknown): boolean {
    if (isPlain(value)) return true;
    const found = this.#look(value);
    return found !== undefined && found.display.fallback !== true;
  }

  /** Plain strings and numbers are text. @throws E_DISPLAY_MISSING */
  role(value: unknown): Role {
    return isPlain(value) ? "text" : this.#find(value).display.role;
  }

  /** Those of the parts of a sample that are to be seen. @throws E_DISPLAY_MISSING */
  visible(parts: readonly unknown[]): readonly unknown[] {
    return parts.filter((part) => this.role(part) !== "hidden");
  }

  /** Name of the display, as a heading. @throws E_DISPLAY_MISSING */
  name(value: unknown): string {
    return isPlain(value) ? "value" : this.#find(value).name;
  }

  /** @throws E_DISPLAY_MISSING */
  draw(value: unknown, cell: Cell = EMPTY_CELL): Cell {
    return isPlain(value) ? withLine(cell, String(value)) : this.#find(value).display.draw(value as object, cell);
  }

  /** The value in words; empty for what has none. @throws E_DISPLAY_MISSING */
  words(value: unknown): string {
    return this.draw(value)
      .lines.map(({ text }) => text)
      .join(" ");
  }

  #find(value: unknown): Named {
    const found = this.#look(value);
    if (found === undefined) throw E_DISPLAY_MISSING({ type: Object(value).constructor.name, known: this.#registry.names() });
    return found;
  }

  #look(value: unknown): Named | undefined {
    let prototype: unknown = Object.getPrototypeOf(Object(value));
    while (typeof prototype === "object" && prototype !== null) {
      const found = this.#byPrototype.get(prototype);
      if (found !== undefined) return found;
      prototype = Object.getPrototypeOf(prototype);
    }
    return undefined;
  }
}

interface Named {
  readonly name: string;
  readonly display: Display;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
