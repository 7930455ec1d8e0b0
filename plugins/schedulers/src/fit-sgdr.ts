import type { HyperValue } from "@fastap/kernel";
import type { FitOptions, Learner } from "@fastap/plugin-learner";
import { combineScheds } from "./combine-scheds.ts";
import { paramScheduler } from "./param-scheduler.ts";
import { peakLrs } from "./peak-lrs.ts";
import { SchedCos } from "./sched.ts";

export interface SgdrOptions extends FitOptions {
  /** Each cycle is so many times as long as the one before. Default 2. */
  readonly cycleMult?: number;
}

/** Cosine cycles from `lrMax` to 0, with restarts; `cycleLen` is in epochs. `@source fastai.callback.schedule.fit_sgdr` */
export async function fitSgdr(
  learner: Learner,
  nCycles: number,
  cycleLen: number,
  lrMax?: HyperValue,
  options: SgdrOptions = {},
): Promise<void> {
  const { cycleMult = 2, cbs = [], ...rest } = options;
  const lrs = peakLrs(learner, lrMax);
  const lengths = Array.from({ length: nCycles }, (_, i) => cycleLen * cycleMult ** i);
  const nEpoch = Math.floor(lengths.reduce((sum, length) => sum + length, 0) + 1e-9);
  const zeros = lrs.map(() => 0);
  const pcts = lengths.map((length) => length / nEpoch);
  const sched = combineScheds(
    pcts,
    lengths.map(() => SchedCos(lrs, zeros)),
  );
  await learner.fit(nEpoch, undefined, { ...rest, cbs: [paramScheduler({ lr: sched }), ...cbs] });
}
