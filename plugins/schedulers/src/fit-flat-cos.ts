import type { HyperValue } from "@fastap/kernel";
import type { FitOptions, Learner } from "@fastap/plugin-learner";
import { combinedCos } from "./combine-scheds.ts";
import { paramScheduler } from "./param-scheduler.ts";
import { peakLrs } from "./peak-lrs.ts";

export interface FlatCosOptions extends FitOptions {
  /** Learning rate at the end: that of the start divided by this. Default 1e5. */
  readonly divFinal?: number;
  /** Share of the fit that is flat. Default 0.75. */
  readonly pctStart?: number;
}

/** Constant learning rate, then down by a cosine. `@source fastai.callback.schedule.fit_flat_cos` */
export async function fitFlatCos(learner: Learner, nEpoch: number, lr?: HyperValue, options: FlatCosOptions = {}): Promise<void> {
  const { divFinal = 1e5, pctStart = 0.75, cbs = [], ...rest } = options;
  const lrs = peakLrs(learner, lr);
  const end = lrs.map((peak) => peak / divFinal);
  await learner.fit(nEpoch, undefined, { ...rest, cbs: [paramScheduler({ lr: combinedCos(pctStart, lrs, lrs, end) }), ...cbs] });
}
