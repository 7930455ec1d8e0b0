import type { Callback, HyperValue } from "@fastap/kernel";
import type { FitOptions, Learner } from "@fastap/plugin-learner";
import { combinedCos } from "./combine-scheds.ts";
import { peakLrs } from "./peak-lrs.ts";
import { paramScheduler } from "./param-scheduler.ts";

export interface OneCycleOptions extends FitOptions {
  /** Learning rate at the start: the peak divided by this. Default 25. */
  readonly div?: number;
  /** At the end: the peak, not the start, divided by this. Default 1e5. */
  readonly divFinal?: number;
  /** Share of the fit up to the peak. Default 0.25. */
  readonly pctStart?: number;
  /** Momentum at start, peak and end. Default the Learner's. */
  readonly moms?: readonly [number, number, number];
}

/** One cycle: learning rate up and down again, momentum the other way. `@source fastai.callback.schedule.fit_one_cycle` */
export async function fitOneCycle(learner: Learner, nEpoch: number, lrMax?: HyperValue, options: OneCycleOptions = {}): Promise<void> {
  const { div = 25, divFinal = 1e5, pctStart = 0.25, moms = learner.moms, cbs = [], ...rest } = options;
  const lrs = peakLrs(learner, lrMax);
  const over = (divisor: number): number[] => lrs.map((lr) => lr / divisor);
  const scheduler: Callback = paramScheduler({
    lr: combinedCos(pctStart, over(div), lrs, over(divFinal)),
    mom: combinedCos(pctStart, ...moms),
  });
  await learner.fit(nEpoch, undefined, { ...rest, cbs: [scheduler, ...cbs] });
}
