import type { HyperValue, Loader, Run } from "@fastap/kernel";
import type { CallbackLike } from "./callback-list.ts";
import type { GatherOptions } from "./gather-preds.ts";

export interface FitOptions {
  readonly wd?: HyperValue;
  readonly cbs?: readonly CallbackLike[];
  /** Start with a new optimizer; by default it goes on with its moments. */
  readonly resetOpt?: boolean;
  /** Skips the epochs before; schedules go on where they would be. */
  readonly startEpoch?: number;
  /** A trial whose results the caller throws away: trackers, savers and loggers leave it alone. */
  readonly probe?: boolean;
  /** Goes on where the newest checkpoint left off, bit by bit, or the one at a path; needs the plugin `checkpoint`. None there: starts. */
  readonly resume?: boolean | string;
}

export interface ValidateOptions {
  /** Which of `dls.loaders`; default 1, the validation data. */
  readonly dsIdx?: number;
  /** Another loader instead. */
  readonly dl?: Loader;
  readonly cbs?: readonly CallbackLike[];
  /** Inside a callback: the run it belongs to. */
  readonly parent?: Run;
}

export interface PredsOptions extends ValidateOptions, GatherOptions {
  /** In the order of the dataset, all items; default true. False keeps a shuffled order. */
  readonly reorder?: boolean;
}

export interface OneBatchOptions {
  readonly training?: boolean;
  readonly cbs?: readonly CallbackLike[];
}
