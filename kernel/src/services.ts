import type { Callback } from "./callback.ts";
import type { Backend, Engine } from "./engine.ts";
import type { Host } from "./host.ts";
import type { DataLoaders } from "./loader.ts";
import type { LossFunc, Metric, MetricFunc } from "./loss.ts";
import type { Model } from "./model.ts";
import type { OptFunc } from "./optimizer.ts";
import type { Random } from "./random.ts";
import type { Checkpoints, Cleaner, TaskRunner } from "./task.ts";

/** A named maker in a registry. */
export interface Entry<T> {
  readonly name: string;
  readonly aliases?: readonly string[];
  make(options: unknown, host: Host): T;
}

/** `"name"` or `["name", options]`: how configs and arguments name a registered thing. */
export type Spec = string | readonly [name: string, options: unknown];

/** What a multi-token resolves to. */
export interface Registry<T> {
  readonly token: string;
  names(): readonly string[];
  has(name: string): boolean;
  /** @throws E_NAME_UNKNOWN with the nearest name. */
  get(name: string): Entry<T>;
  make(spec: Spec): T;
}

/** Single services by token; plugins merge their own in. */
export interface Services {
  engine: Engine;
  random: Random;
  task: TaskRunner;
  checkpoints: Checkpoints;
  cleaner: Cleaner;
}

/** Element type by multi-token (always a plural); plugins merge their own in. */
export interface Registries {
  backends: Backend;
  models: Model;
  losses: LossFunc;
  metrics: Metric | MetricFunc;
  optimizers: OptFunc;
  datasets: Promise<DataLoaders>;
  callbacks: Callback;
}

export type Token = keyof Services & string;

export type MultiToken = keyof Registries & string;
