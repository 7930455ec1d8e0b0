import type { Callback, Run, Tensor } from "@fastap/kernel";

/** Inputs and targets of a batch, new ones or those given. */
export type Batch = readonly [xb: readonly Tensor[], yb: readonly Tensor[]];

/** A callback of one function, which gives the inputs and targets that a batch shall have. `@source fastai.learner.before_batch_cb` */
export function beforeBatchCb(change: (xb: readonly Tensor[], yb: readonly Tensor[], run: Run) => Batch): Callback {
  return {
    name: "beforeBatchCb",
    beforeBatch(run) {
      [run.xb, run.yb] = change(run.xb, run.yb, run);
    },
  };
}
