import { E_NAME_DUPLICATE, E_NAME_UNKNOWN } from "./errors.ts";
import type { Host } from "./host.ts";
import type { Entry, Registry, Spec } from "./services.ts";

/** What plugins contributed under one multi-token. */
export class NamedRegistry<T> implements Registry<T> {
  readonly token: string;
  readonly #host: Host;
  readonly #entries: Map<string, { readonly entry: Entry<T>; readonly owner: string }> = new Map();
  readonly #names: string[] = [];

  constructor(token: string, host: Host) {
    this.token = token;
    this.#host = host;
  }

  add(entry: Entry<T>, owner: string): void {
    const names = [entry.name, ...(entry.aliases ?? [])];
    for (const name of names) {
      const taken = this.#entries.get(name);
      if (taken !== undefined) throw E_NAME_DUPLICATE({ registry: this.token, name, plugins: [taken.owner, owner] });
    }
    for (const name of names) this.#entries.set(name, { entry, owner });
    this.#names.push(entry.name);
  }

  names(): readonly string[] {
    return this.#names;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  get(name: string): Entry<T> {
    const found = this.#entries.get(name);
    if (found === undefined) throw E_NAME_UNKNOWN({ registry: this.token, name, names: this.#names });
    return found.entry;
  }

  make(spec: Spec): T {
    const [name, options] = typeof spec === "string" ? [spec, undefined] : spec;
    return this.get(name).make(options ?? {}, this.#host);
  }
}
