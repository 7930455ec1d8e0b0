import { AccumMetric, type Score } from "./accum-metric.ts";
import { sum } from "./average.ts";
import { parseOptions } from "./options.ts";
import { totalOf, weightOf, type WeightOptions, type Weights } from "./sample-weight.ts";

export interface CorrelationOptions {
  /** Axis of classes to decide over first. Default null: predictions are numbers. */
  readonly dimArgmax?: number | null;
}

const noWeights: Required<WeightOptions> = { sampleWeight: null };

/** Root of the mean squared error over all items. @throws E_METRICS_OPTION @source fastai.metrics.rmse */
export function rmse(options?: Record<string, never>): AccumMetric {
  parseOptions("rmse", {}, options);
  return new AccumMetric(
    "_rmse",
    onNumbers((p, t) => Math.sqrt(meanOf(p, (x, i) => (x - (t[i] ?? 0)) ** 2))),
  );
}

/** Root of the mean squared relative error of e^x. @throws E_METRICS_OPTION @source fastai.metrics.exp_rmspe */
export function expRmspe(options?: Record<string, never>): AccumMetric {
  parseOptions("expRmspe", {}, options);
  return new AccumMetric(
    "_exp_rmspe",
    onNumbers((p, t) => Math.sqrt(meanOf(p, (x, i) => (1 - Math.exp(x - (t[i] ?? 0))) ** 2))),
  );
}

/** 1 − Var(t − p)/Var(t). @throws E_METRICS_OPTION @source fastai.metrics.ExplainedVariance */
export function explainedVariance(options?: WeightOptions): AccumMetric {
  const given = parseOptions("explainedVariance", noWeights, options);
  const score = onNumbers((p, t, w) =>
    explained(
      spread(
        t.map((y, i) => y - (p[i] ?? 0)),
        w,
      ),
      spread(t, w),
    ),
  );
  return new AccumMetric("explained_variance_score", score, given);
}

/** 1 − Σ(t − p)²/Σ(t − mean)². @throws E_METRICS_OPTION @source fastai.metrics.R2Score */
export function r2Score(options?: WeightOptions): AccumMetric {
  const given = parseOptions("r2Score", noWeights, options);
  const score = onNumbers((p, t, w) => explained(sum(t.map((y, i) => weightOf(w, i) * (y - (p[i] ?? 0)) ** 2)), spread(t, w)));
  return new AccumMetric("r2_score", score, given);
}

/** Pearson's r; NaN where one side never changes. @throws E_METRICS_OPTION @source fastai.metrics.PearsonCorrCoef */
export function pearsonCorrCoef(options?: CorrelationOptions): AccumMetric {
  return new AccumMetric(
    "pearsonr",
    onNumbers((p, t) => pearson(p, t)),
    parseOptions("pearsonCorrCoef", { dimArgmax: null }, options),
  );
}

/** Pearson's r of ranks, equal values sharing theirs. @throws E_METRICS_OPTION @source fastai.metrics.SpearmanCorrCoef */
export function spearmanCorrCoef(options?: CorrelationOptions): AccumMetric {
  const score = onNumbers((p, t) => pearson(ranks(p), ranks(t)));
  return new AccumMetric("spearmanr", score, parseOptions("spearmanCorrCoef", { dimArgmax: null }, options));
}

function onNumbers(score: (p: Float64Array, t: Float64Array, weights: Weights) => number): Score {
  return (preds, targs, weights) => score(Float64Array.from(preds.data), Float64Array.from(targs.data), weights);
}

/** 0/0 is a perfect fit of something constant. */
function explained(error: number, whole: number): number {
  if (whole !== 0) return 1 - error / whole;
  return error === 0 ? 1 : 0;
}

function meanOf(values: Float64Array, f: (value: number, i: number) => number): number {
  return sum(values.map(f)) / values.length;
}

/** Σ(x − mean)², by weight. */
function spread(values: Float64Array, weights?: Weights): number {
  const middle = sum(weights === undefined ? values : values.map((x, i) => x * (weights[i] ?? 0))) / totalOf(weights, values.length);
  return sum(values.map((x, i) => weightOf(weights, i) * (x - middle) ** 2));
}

function pearson(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [sum(a) / a.length, sum(b) / b.length];
  const both = sum(a.map((x, i) => (x - meanA) * ((b[i] ?? 0) - meanB)));
  return both / Math.sqrt(spread(a) * spread(b));
}

/** From 1; equal values get the mean of theirs, anything beside NaN is NaN. */
function ranks(values: Float64Array): Float64Array {
  if (values.some(Number.isNaN)) return values.map(() => NaN);
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end++;
    for (let i = start; i < end; i++) ranked[order[i] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranked;
}
