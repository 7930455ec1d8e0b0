import type { Callback } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { SchedExp, type Level } from "./sched.ts";

/** How an LR finder moves. */
export interface LrFinderOptions {
  /** One rate, or one per parameter group. */
  readonly startLr: Level;
  readonly endLr: Level;
  readonly numIt: number;
  readonly stopDiv: boolean;
}

/** Raises the learning rate batch by batch and stops when the loss runs away. `@source fastai.callback.schedule.LRFinder` */
export function lrFinder({ startLr, endLr, numIt, stopDiv }: LrFinderOptions): Callback {
  const rate = SchedExp(startLr, endLr);
  let best = Infinity;
  return {
    name: "lrFinder",
    stage: "report",
    order: -1,
    runValid: false,
    beforeBatch({ opt, trainIter }) {
      opt?.setHyper("lr", rate(trainIter / numIt));
    },
    afterBatch(run) {
      const loss = run.smoothLoss ?? NaN;
      if (loss < best) best = loss;
      if (stopDiv && loss > 4 * best) run.cancel("fit");
      if (run.trainIter >= numIt) run.cancel("fit");
    },
    beforeValidate: (run) => run.cancel("validate"),
  };
}

/** Ends a trial at a loss that is no number, before who would make an error of it. */
export function endAtNaN(): Callback {
  return {
    name: "lrFinderGuard",
    stage: "setup",
    order: -2,
    runValid: false,
    async afterBackward(run) {
      if (run.loss !== undefined && !(await run.engine.read(run.loss)).every(Number.isFinite)) run.cancel("fit");
    },
  };
}
