import { AccumMetric, type Score } from "./accum-metric.ts";
import { E_METRICS_CLASS } from "./errors.ts";
import { meanOfPairs } from "./mean-of-pairs.ts";
import { parseOptions } from "./options.ts";
import type { WeightOptions } from "./sample-weight.ts";

export interface BrierScoreOptions extends WeightOptions {
  /** Of the two classes, in predictions. Default −1. */
  readonly axis?: number;
  /** The class that a probability is about. Default 1. */
  readonly posLabel?: number;
  /** Score decisions instead of probabilities of the last class. Default false; fastai has true. */
  readonly hard?: boolean;
}

/** Mean of (probability − truth)² over two classes. @throws E_METRICS_OPTION @source sklearn.metrics.brier_score_loss */
export function brierScore(options?: BrierScoreOptions): AccumMetric {
  const name = "brier_score_loss";
  const defaults: Required<BrierScoreOptions> = { axis: -1, posLabel: 1, hard: false, sampleWeight: null };
  const { axis, posLabel, hard, sampleWeight } = parseOptions("brierScore", defaults, options);
  const score: Score = (preds, targs, weights) => {
    const bad = targs.data.findIndex((id: number) => id !== 0 && id !== 1 && id !== posLabel);
    const id = targs.data[bad];
    if (id !== undefined) throw E_METRICS_CLASS({ metric: name, id, item: bad, classes: 2, preds: preds.shape, targs: targs.shape });
    return meanOfPairs(preds, targs, (p, t) => (p - Number(t === posLabel)) ** 2, weights);
  };
  return new AccumMetric(name, score, { dimArgmax: axis, sampleWeight, ...(hard ? {} : { activation: "binarysoftmax" }) });
}
