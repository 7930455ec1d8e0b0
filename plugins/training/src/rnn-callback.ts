import type { Callback, Pred, Run, Tensor } from "@fastap/kernel";

/** Outputs of the last layer, before and after its dropout, `[batch, steps, hidden]`; they live as long as the tape of their batch. */
export interface RnnOutputs {
  readonly raw: Tensor;
  readonly dropped: Tensor;
}

const outputs: WeakMap<Run, RnnOutputs> = new WeakMap();

/** Of the batch that a run is at, where `rnnCallback` has seen it. */
export function rnnOutputsOf(run: Run): RnnOutputs | undefined {
  return outputs.get(run);
}

/**
 * For models that give a prediction, raw and dropped-out states, each of them one tensor or one per layer: leaves the prediction to the loss and
 * keeps the last of the others for the regularizer. `@source fastai.callback.rnn.RNNCallback`
 */
export function rnnCallback(): Callback {
  return {
    name: "rnnCallback",
    afterPred(run) {
      outputs.delete(run);
      if (!isList(run.pred)) return;
      const [pred, raw, dropped] = run.pred.map(last);
      if (pred !== undefined) run.pred = pred;
      if (raw !== undefined && dropped !== undefined) outputs.set(run, { raw, dropped });
    },
    afterBatch: (run) => void outputs.delete(run),
  };
}

function last(pred: Pred): Tensor | undefined {
  if (!isList(pred)) return pred;
  const end = pred.at(-1);
  return end === undefined ? undefined : last(end);
}

function isList(pred: Pred | undefined): pred is readonly Pred[] {
  return Array.isArray(pred);
}
