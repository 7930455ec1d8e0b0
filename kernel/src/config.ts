import type { Spec } from "./services.ts";

/** What to train, all by registered name. */
export interface TaskConfig {
  readonly data?: Spec;
  readonly model?: Spec;
  readonly loss?: Spec;
  readonly metrics?: readonly Spec[];
  readonly opt?: Spec;
  /** Callbacks of every run of the task. */
  readonly cbs?: readonly Spec[];
  /** A Learner method that fits, as `["fitOneCycle", { epochs: 3, lrMax: 0.1 }]`. */
  readonly fit?: Spec;
  /** Directory for model, history and plots, relative to the config file. */
  readonly out?: string;
}

/** A composed host's settings. Presets and plugins come as objects in `HostParts`; the config package resolves names. */
export interface Config {
  readonly backend?: string;
  readonly seed?: number;
  readonly task?: TaskConfig;
  /** Directory that relative paths start from; the config file's, or the working directory. */
  readonly root?: string;
}
