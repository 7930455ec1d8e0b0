import type { AsyncSeriesHook, SyncHook } from "tapable";
import type { Config } from "./config.ts";
import type { RunHooks } from "./events.ts";
import type { AnyPlugin } from "./plugin.ts";
import type { Run, RunParts } from "./run.ts";
import type { Entry, MultiToken, Registries, Registry, Services, Token } from "./services.ts";
import type { Trace } from "./trace.ts";

export type Lifetime = "singleton" | "run";
/** Makes a service from others; called at the first resolve. A `dispose` or `[Symbol.asyncDispose]` of the service is honoured. */
export type Factory<T extends Token> = (services: Readonly<Services>) => Services[T];

/** One per process or page: what webpack's Compiler is to a Compilation. */
export interface Host {
  readonly config: Readonly<Config>;
  /** In the order they were applied. */
  readonly plugins: readonly AnyPlugin[];
  readonly hooks: {
    /** A run was made: tap `run.hooks` here. */
    readonly run: SyncHook<[Run]>;
    /** Plugins are applied; the engine readies itself here. fastai's `after_create`. */
    readonly ready: AsyncSeriesHook<[Host]>;
    readonly shutdown: AsyncSeriesHook<[Host]>;
  };
  provide<T extends Token>(token: T, make: Factory<T>, life?: Lifetime): void;
  decorate<T extends Token>(token: T, wrap: (inner: Services[T]) => Services[T]): void;
  contribute<T extends MultiToken>(token: T, entry: Entry<Registries[T]>): void;
  resolve<T extends Token>(token: T): Services[T];
  /** Singular and plural name the same registry. */
  registry<T extends MultiToken>(token: T): Registry<Registries[T]>;
  has(token: string): boolean;
  /** Set where the host was created with `trace`. */
  readonly trace: Trace | undefined;
  /** Trains. Rejects with the first error, after `failed` and `settled`. */
  fit(parts: RunParts): Promise<Run>;
  validate(parts: RunParts): Promise<Run>;
  /** The hooks of a run that is never started: who taps what. */
  dryRunHooks(): RunHooks;
  [Symbol.asyncDispose](): Promise<void>;
}
