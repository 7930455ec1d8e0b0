import type { Learner } from "@fastap/plugin-learner";
import { fitOneCycle, type OneCycleOptions } from "./fit-one-cycle.ts";

export interface FineTuneOptions extends OneCycleOptions {
  /** Default 2e-3. */
  readonly baseLr?: number;
  /** Epochs that train the last group only. Default 1; with 0 all groups learn from the start, for heads that start with zeros. */
  readonly freezeEpochs?: number;
  /** The first group learns so many times slower than the last. Default 100. */
  readonly lrMult?: number;
}

/** Trains the last group, then all of them, slower. `@source fastai.callback.schedule.fine_tune` */
export async function fineTune(learner: Learner, epochs: number, options: FineTuneOptions = {}): Promise<void> {
  const { baseLr = 2e-3, freezeEpochs = 1, lrMult = 100, pctStart = 0.3, div = 5, ...rest } = options;
  if (freezeEpochs > 0) {
    learner.freeze();
    await fitOneCycle(learner, freezeEpochs, { slice: [null, baseLr] }, { ...rest, pctStart: 0.99 });
  }
  learner.unfreeze();
  const lr = baseLr / 2;
  await fitOneCycle(learner, epochs, { slice: [lr / lrMult, lr] }, { ...rest, pctStart, div });
}
