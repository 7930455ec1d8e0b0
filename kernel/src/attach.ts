import type { Callback } from "./callback.ts";
import { Stage } from "./events.ts";
import type { EventName } from "./events.ts";
import { EVENTS, inTape } from "./hooks.ts";
import type { Run } from "./run.ts";

/** Events of the inner loop: gated by phase. fastai leaves `after_cancel_step` out of them. */
const GATED: ReadonlySet<EventName> = new Set([
  "beforeBatch",
  "afterPred",
  "afterLoss",
  "beforeBackward",
  "afterCancelBackward",
  "afterBackward",
  "beforeStep",
  "afterStep",
  "afterCancelBatch",
  "afterBatch",
]);

/** Taps a callback's handlers into a run; for plugins inside `hooks.run`, and for the callbacks of one fit. */
export function attach(run: Run, callback: Callback, tapName: string): void {
  if (callback.active?.(run) === false) return;
  const options = { name: tapName, stage: Stage[callback.stage ?? "main"] + (callback.order ?? 0) };
  for (const event of EVENTS) {
    const handler = callback[event];
    if (handler === undefined) continue;
    const gated = GATED.has(event) && (callback.runTrain === false || callback.runValid === false);
    const call = (r: Run): void | Promise<void> => (gated && !runsIn(callback, r.training) ? undefined : handler.call(callback, r));
    if (inTape(event)) run.hooks[event as "afterPred"].tap(options, call as (run: Run) => void);
    else run.hooks[event as "beforeFit"].tapPromise(options, async (r) => call(r));
  }
}

function runsIn(callback: Callback, training: boolean): boolean {
  return training ? callback.runTrain !== false : callback.runValid !== false;
}
