import { asFunction, asValue, createContainer, InjectionMode } from "awilix";
import type { AwilixContainer } from "awilix";
import { E_TOKEN_DUPLICATE, E_TOKEN_LATE, E_TOKEN_MISSING } from "./errors.ts";
import type { Factory, Lifetime } from "./host.ts";
import type { Services, Token } from "./services.ts";

type Wrap = (inner: unknown) => unknown;
interface Provider {
  readonly owner: string;
  readonly make: Factory<Token>;
  readonly wraps: Wrap[];
  used: boolean;
}
interface Disposable {
  readonly [Symbol.asyncDispose]?: () => unknown;
  readonly dispose?: () => unknown;
}
/** Under this key a container holds the instances it made, in order: awilix disposes in creation order and forgets scopes. */
const MADE = "fastap.made";

/** awilix behind four verbs: duplicates refused, decorators chained, disposal in reverse and one after the other. */
export class Container {
  readonly #awilix: AwilixContainer;
  readonly #parent: Container | undefined;
  readonly #providers: Map<string, Provider>;
  readonly #scopes: Set<Container> = new Set();

  constructor(parent?: Container) {
    this.#parent = parent;
    this.#providers = parent === undefined ? new Map() : parent.#providers;
    this.#awilix =
      parent === undefined ? createContainer({ strict: true, injectionMode: InjectionMode.PROXY }) : parent.#awilix.createScope();
    this.#awilix.register(MADE, asValue([]));
  }

  provide<T extends Token>(token: T, make: Factory<T>, life: Lifetime, owner: string): void {
    const before = this.#providers.get(token);
    if (before !== undefined) throw E_TOKEN_DUPLICATE({ token, plugins: [before.owner, owner] });
    const provider: Provider = { owner, make, wraps: [], used: false };
    this.#providers.set(token, provider);
    const registration = asFunction((cradle: Services & { [MADE]: unknown[] }) => build(provider, cradle));
    this.#awilix.register(token, life === "run" ? registration.scoped() : registration.singleton());
  }

  decorate<T extends Token>(token: T, wrap: (inner: Services[T]) => Services[T]): void {
    const provider = this.#providers.get(token);
    if (provider === undefined) throw this.#missing(token);
    if (provider.used) throw E_TOKEN_LATE({ token, action: "decorated" });
    provider.wraps.push(wrap as Wrap);
  }

  has(token: string): boolean {
    return this.#providers.has(token);
  }

  resolve<T extends Token>(token: T): Services[T] {
    if (!this.has(token)) throw this.#missing(token);
    return this.#awilix.resolve<Services[T]>(token);
  }

  /** Holds the run-lived services of one run. */
  createScope(): Container {
    const scope = new Container(this);
    this.#scopes.add(scope);
    return scope;
  }

  /** Scopes first, then what was made here, last made first. */
  async dispose(): Promise<void> {
    if (this.#parent !== undefined) this.#parent.#scopes.delete(this);
    for (const scope of [...this.#scopes].reverse()) await scope.dispose();
    const made = this.#awilix.resolve<Disposable[]>(MADE).splice(0).reverse();
    for (const service of new Set(made)) await (service?.[Symbol.asyncDispose] ?? service?.dispose)?.call(service);
  }

  #missing(token: string): Error {
    return E_TOKEN_MISSING({ token, loaded: [...this.#providers.keys()] });
  }
}

function build(provider: Provider, cradle: Services & { readonly [MADE]: unknown[] }): unknown {
  provider.used = true;
  let service: unknown = provider.make(cradle);
  cradle[MADE].push(service);
  for (const wrap of provider.wraps) {
    service = wrap(service);
    cradle[MADE].push(service);
  }
  return service;
}
