import pluralize from "pluralize";
import { attach } from "./attach.ts";
import { isCancel } from "./cancel.ts";
import { compose } from "./compose.ts";
import type { Applied } from "./compose.ts";
import type { Config } from "./config.ts";
import { Container } from "./container.ts";
import { E_CANCEL_ESCAPED, E_HOST_DISPOSED, E_PLUGIN_APPLY, E_RUN_BUSY, E_RUN_PARTS, E_TOKEN_UNPROVIDED } from "./errors.ts";
import type { RunHooks } from "./events.ts";
import { ComposeError, isFastapError } from "./fastap-error.ts";
import type { FastapError } from "./fastap-error.ts";
import { createHostHooks, createRunHooks, inTape } from "./hooks.ts";
import type { Factory, Host, Lifetime } from "./host.ts";
import { Instrument } from "./instrument.ts";
import { fit, validate } from "./loop.ts";
import type { AnyPlugin, PluginEntry, Preset } from "./plugin.ts";
import { NamedRegistry } from "./registry.ts";
import type { Run, RunParts } from "./run.ts";
import { RunState } from "./run-state.ts";
import type { Entry, MultiToken, Registries, Registry, Services, Token } from "./services.ts";
import { Trace } from "./trace.ts";

export interface HostParts {
  readonly presets?: readonly Preset[];
  readonly plugins?: readonly PluginEntry[];
  readonly config?: Config;
  /** Measures every tap; read it from `host.trace`. */
  readonly trace?: boolean;
}

/**
 * Composes plugins into a host and readies it.
 * @throws ComposeError with every problem found; nothing stays open.
 * @example await using host = await createHost({ presets: [vision], config: { backend: "wasm", seed: 42 } });
 */
export async function createHost(parts: HostParts): Promise<Host> {
  const { applied, problems } = compose(parts.presets ?? [], parts.plugins ?? []);
  if (problems.length > 0) throw new ComposeError(problems);
  const host = new ComposedHost(applied, parts);
  try {
    host.apply();
    await host.hooks.ready.promise(host);
  } catch (error) {
    await host[Symbol.asyncDispose]().catch(() => undefined); // the first error explains
    throw error;
  }
  return host;
}

class ComposedHost implements Host {
  readonly config: Readonly<Config>;
  readonly hooks: Host["hooks"];
  readonly plugins: readonly AnyPlugin[];
  readonly trace: Trace | undefined;
  readonly #applied: readonly Applied[];
  readonly #instrument: Instrument;
  readonly #container: Container = new Container();
  readonly #registries: Map<string, NamedRegistry<unknown>> = new Map();
  #applying = "host";
  #active: Run | undefined;
  #disposed = false;

  constructor(applied: readonly Applied[], { config, trace }: HostParts) {
    this.config = Object.freeze({ ...config });
    this.trace = trace === true ? new Trace() : undefined;
    this.#applied = applied;
    this.plugins = applied.map((a) => a.plugin);
    this.#instrument = new Instrument(inTape, this.trace);
    for (const plugin of this.plugins) this.#instrument.names.add(plugin.meta.name);
    this.hooks = createHostHooks(this.#instrument);
  }

  apply(): void {
    const problems: FastapError[] = [];
    for (const { plugin, options } of this.#applied) {
      const { name, provides } = plugin.meta;
      this.#applying = name;
      try {
        plugin.apply(this, options as never); // compose parsed these options with this very plugin
      } catch (error) {
        problems.push(isFastapError(error) ? error : E_PLUGIN_APPLY({ name, reason: String(error) }, error));
        continue;
      }
      for (const token of provides ?? []) if (!this.has(token)) problems.push(E_TOKEN_UNPROVIDED({ token, plugin: name }));
    }
    if (problems.length > 0) throw new ComposeError(problems);
  }

  provide<T extends Token>(token: T, make: Factory<T>, life: Lifetime = "singleton"): void {
    this.#container.provide(token, make, life, this.#applying);
  }

  decorate<T extends Token>(token: T, wrap: (inner: Services[T]) => Services[T]): void {
    this.#container.decorate(token, wrap);
  }

  contribute<T extends MultiToken>(token: T, entry: Entry<Registries[T]>): void {
    this.#registry(token).add(entry, this.#applying);
  }

  resolve<T extends Token>(token: T): Services[T] {
    if (this.#disposed) throw E_HOST_DISPOSED({ action: `resolve "${token}"` });
    return this.#container.resolve(token);
  }

  registry<T extends MultiToken>(token: T): Registry<Registries[T]> {
    return this.#registry(token) as NamedRegistry<Registries[T]>;
  }

  has(token: string): boolean {
    return this.#container.has(token) || this.#registries.has(pluralize.plural(token));
  }

  fit(parts: RunParts): Promise<Run> {
    if (parts.opt === undefined) throw E_RUN_PARTS({ part: "an optimizer", kind: "fit" });
    if (parts.train === undefined) throw E_RUN_PARTS({ part: "a training loader", kind: "fit" });
    return this.#start("fit", parts);
  }

  validate(parts: RunParts): Promise<Run> {
    return this.#start("validate", parts);
  }

  dryRunHooks(): RunHooks {
    const hooks = createRunHooks(this.plugins, this.#instrument);
    const scope = this.#container.createScope();
    this.hooks.run.call(new RunState("fit", this, hooks, scope, DRY));
    void scope.dispose();
    return hooks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    try {
      await this.hooks.shutdown.promise(this);
    } finally {
      await this.#container.dispose();
      this.#disposed = true;
    }
  }

  async #start(kind: Run["kind"], parts: RunParts): Promise<Run> {
    if (this.#disposed) throw E_HOST_DISPOSED({ action: `start a ${kind}` });
    if (this.#active !== parts.parent) throw E_RUN_BUSY({ running: this.#active?.kind ?? "nothing", wanted: kind });
    const scope = this.#container.createScope();
    const outer = this.#active;
    try {
      const run = new RunState(kind, this, createRunHooks(this.plugins, this.#instrument), scope, parts);
      this.trace?.countWith(run.engine);
      this.#active = run;
      this.#prepare(run, parts);
      await conduct(run, parts);
      return run;
    } finally {
      this.#active = outer;
      await scope.dispose();
    }
  }

  #prepare(run: Run, { cbs }: RunParts): void {
    this.hooks.run.call(run);
    for (const cb of cbs ?? []) {
      this.#instrument.names.add(cb.name);
      attach(run, cb, cb.name);
    }
  }

  #registry(token: string): NamedRegistry<unknown> {
    const key = pluralize.plural(token);
    const registry = this.#registries.get(key) ?? new NamedRegistry<unknown>(key, this);
    this.#registries.set(key, registry);
    return registry;
  }
}

/** Runs the loop; `failed` on errors, `settled` always, and the first error is the one that leaves. */
async function conduct(run: RunState, parts: RunParts): Promise<void> {
  const failures: unknown[] = [];
  const guard = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      failures.push(isCancel(thrown) ? E_CANCEL_ESCAPED({ scope: thrown.scope }, thrown) : thrown);
    }
  };
  await guard(() => (run.kind === "fit" ? fit : validate)(run, parts));
  if (failures.length > 0) await guard(() => run.hooks.failed.call(failures[0], run));
  await guard(() => run.hooks.settled.promise(run));
  run.end();
  if (failures.length > 0) throw failures[0];
}

/** Parts of a run that is described and never started. */
const DRY = {} as RunParts;
