import type { AsyncSeriesHook, AsyncSeriesWaterfallHook, SyncHook } from "tapable";
import type { Run } from "./run.ts";
import type { Grads } from "./tensor.ts";

/** Stages inside one hook; ties keep plugin order. fastai's numbers in words: −10, 0, 1…11, 50, 60. */
export const Stage: Readonly<Record<StageName, number>> = Object.freeze({
  setup: -200,
  transform: -100,
  main: 0,
  record: 100,
  report: 200,
});
export type StageName = "setup" | "transform" | "main" | "record" | "report";

/** Levels that can be cancelled, fastai's seven Cancel…Exceptions. */
export type Scope = "fit" | "epoch" | "train" | "validate" | "batch" | "backward" | "step";

type Scoped<S extends Scope> = `before${Capitalize<S>}` | `afterCancel${Capitalize<S>}` | `after${Capitalize<S>}`;
/** Events inside the gradient tape: synchronous, no await, no throw but `run.cancel`. */
export type TapeEvent = "afterPred" | "afterLoss" | "beforeBackward";
/** fastai's 24 events but `afterCreate`, which is `host.hooks.ready`. */
export type EventName = Scoped<Scope> | TapeEvent;

/** Hooks that plugins own, by name; plugins merge theirs in and make them in `Plugin.runHooks`. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by declaration merging
export interface ExtraRunHooks {}

export type RunHooks = {
  readonly [E in EventName]: E extends TapeEvent ? SyncHook<[Run]> : AsyncSeriesHook<[Run]>;
} & {
  /** Gradients on their way to the optimizer: unscale, all-reduce, clip. Who returns another map disposes what it replaces. */
  readonly reduceGradients: AsyncSeriesWaterfallHook<[Grads, Run]>;
  /** Any error that is no cancel, before it is rethrown. */
  readonly failed: SyncHook<[unknown, Run]>;
  /** Always, last: close files, drop what the run held. */
  readonly settled: AsyncSeriesHook<[Run]>;
} & ExtraRunHooks;
