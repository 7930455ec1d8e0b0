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
/** Under this key every scope holds the instances it made, in order. awilix disposes in creation order and forgets scopes. */
const MADE = "fastap.made";

/** awilix behind four verbs: duplicates refused, decorators chained, disposal in reverse and one after the other. */
export class Container {
  readonly #root: AwilixContainer;
  readonly #providers: Map<string, Provider> = new Map();
  readonly #scopes: Set<Scoped> = new Set();

  constructor() {
    this.#root = createContainer({ strict: true, injectionMode: InjectionMode.PROXY });
    this.#root.register(MADE, asValue([]));
  }

  provide<T extends Token>(token: T, make: Factory<T>, life: Lifetime, owner: string): void {
    const before = this.#providers.get(token);
    if (before !== undefined) throw E_TOKEN_DUPLICATE({ token, plugins: [before.owner, owner] });
    const provider: Provider = { owner, make, wraps: [], used: false };
    this.#providers.set(token, provider);
    const registration = asFunction((cradle: Services & { [MADE]: unknown[] }) => build(provider, cradle));
    this.#root.register(token, life === "run" ? registration.scoped() : registration.singleton());
  }

  decorate<T extends Token>(token: T, wrap: (inner: Services[T]) => Services[T]): void {
    const provider = this.#providers.get(token);
    if (provider === undefined) throw E_TOKEN_MISSING({ token, loaded: this.tokens() });
    if (provider.used) throw E_TOKEN_LATE({ token, action: "decorated" });
    provider.wraps.push(wrap as Wrap);
  }

  tokens(): readonly string[] {
    return [...this.#providers.keys()];
  }

  has(token: string): boolean {
    return this.#providers.has(token);
  }

  resolve<T extends Token>(token: T): Services[T] {
    return resolveIn(this.#root, token, this.tokens());
  }

  createScope(): Scoped {
    const scope = new Scoped(
      this.#root.createScope(),
      () => this.tokens(),
      () => this.#scopes.delete(scope),
    );
    this.#scopes.add(scope);
    return scope;
  }

  /** Scopes first, then singletons, last made first. */
  async dispose(): Promise<void> {
    for (const scope of [...this.#scopes].reverse()) await scope.dispose();
    await disposeMade(this.#root);
  }
}

/** Services of one run. */
export class Scoped {
  readonly #scope: AwilixContainer;
  readonly #tokens: () => readonly string[];
  readonly #forget: () => void;

  constructor(scope: AwilixContainer, tokens: () => readonly string[], forget: () => void) {
    this.#scope = scope;
    this.#tokens = tokens;
    this.#forget = forget;
    scope.register(MADE, asValue([]));
  }

  resolve<T extends Token>(token: T): Services[T] {
    return resolveIn(this.#scope, token, this.#tokens());
  }

  async dispose(): Promise<void> {
    this.#forget();
    await disposeMade(this.#scope);
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

function resolveIn<T extends Token>(container: AwilixContainer, token: T, tokens: readonly string[]): Services[T] {
  if (!container.hasRegistration(token)) throw E_TOKEN_MISSING({ token, loaded: tokens });
  return container.resolve<Services[T]>(token);
}

async function disposeMade(container: AwilixContainer): Promise<void> {
  const made = container.resolve<unknown[]>(MADE).splice(0);
  for (const service of new Set(made.reverse())) await disposeService(service);
}

async function disposeService(service: unknown): Promise<void> {
  if (typeof service !== "object" || service === null) return;
  const { [Symbol.asyncDispose]: asyncDispose, dispose } = service as Disposable;
  const end = asyncDispose ?? dispose;
  if (typeof end === "function") await end.call(service);
}
