import type { Callback } from "@fastap/kernel";

/** Skips the epochs before `epoch`. `@source fastai.callback.core.SkipToEpoch` */
export function skipToEpoch(epoch: number): Callback {
  return {
    name: "skipToEpoch",
    stage: "report",
    beforeEpoch(run) {
      if (run.epoch < epoch) run.cancel("epoch");
    },
  };
}
