import type { EventName, StageName } from "./events.ts";
import type { Run } from "./run.ts";

/** Handlers by event. Those of tape events must be synchronous. */
export type EventHandlers = { readonly [E in EventName]?: (run: Run) => void | Promise<void> };

/** fastai's Callback as a plain object, for one fit: `learn.fit(1, { cbs: [cb] })`. `@source fastai.callback.core.Callback` */
export interface Callback extends EventHandlers {
  readonly name: string;
  /** Default `main`. */
  readonly stage?: StageName;
  /** Among those of its stage, default 0; ties keep the order they were given in. */
  readonly order?: number;
  /** Gate the inner-loop events by phase; default true both. `@source run_train, run_valid` */
  readonly runTrain?: boolean;
  readonly runValid?: boolean;
  /** Asked once per run; false leaves the callback out of it. */
  active?(run: Run): boolean;
  /** What an exact resume needs of it, asked for between batches: plain data, and restored before the next batch. */
  state?(): unknown;
  restore?(state: unknown): void;
  /** Plain data that tells it from others of its name; a checkpoint that was made with other data is refused. */
  readonly recipe?: unknown;
}
