import type { Callback, Run, Tensor } from "@fastap/kernel";
import { add, mean, mul, slice, square, sub } from "@tensorflow/tfjs-core";
import { E_TRAINING_OPTION } from "./errors.ts";
import { modelResetter } from "./model-resetter.ts";
import { rnnCallback, rnnOutputsOf, type RnnOutputs } from "./rnn-callback.ts";

export interface RnnRegularizerOptions {
  /** Of the mean square of the dropped-out states (AR); default 0. */
  readonly alpha?: number;
  /** Of the mean square of what raw states change by from step to step (TAR); default 0. */
  readonly beta?: number;
}

/**
 * Adds to what is differentiated, not to the loss that is shown. Needs `rnnCallback`.
 * @throws E_TRAINING_OPTION
 * @source fastai.callback.rnn.RNNRegularizer, Merity et al. 2017
 */
export function rnnRegularizer({ alpha = 0, beta = 0 }: RnnRegularizerOptions = {}): Callback {
  const seen: WeakSet<Run> = new WeakSet();
  return {
    name: "rnnRegularizer",
    order: 1,
    runValid: false,
    recipe: { alpha, beta },
    afterLoss(run) {
      const outputs = rnnOutputsOf(run);
      if (outputs === undefined || run.lossGrad === undefined) return;
      seen.add(run);
      for (const term of termsOf(outputs, alpha, beta)) run.lossGrad = add(run.lossGrad, term);
    },
    afterBackward(run) {
      if (seen.has(run)) return; // outside of the tape, where an error leaks nothing
      const problem = "no states came: it needs rnnCallback, and a model that gives them beside its prediction";
      throw E_TRAINING_OPTION({ callback: "rnnRegularizer", problem, known: ["alpha", "beta"] });
    },
  };
}

/** What recurrent models train with; the regularizer where there is anything to add. `@source fastai.callback.rnn.rnn_cbs` */
export function rnnCbs({ alpha = 0, beta = 0 }: RnnRegularizerOptions = {}): Callback[] {
  return [modelResetter(), rnnCallback(), ...(alpha === 0 && beta === 0 ? [] : [rnnRegularizer({ alpha, beta })])];
}

function termsOf({ raw, dropped }: RnnOutputs, alpha: number, beta: number): Tensor[] {
  const [batch = 0, steps = 0, hidden = 0] = raw.shape;
  const terms: Tensor[] = [];
  if (alpha !== 0) terms.push(mul(mean(square(dropped)), alpha));
  if (beta !== 0 && steps > 1) {
    const size = [batch, steps - 1, hidden];
    terms.push(mul(mean(square(sub(slice(raw, [0, 1, 0], size), slice(raw, [0, 0, 0], size)))), beta));
  }
  return terms;
}
