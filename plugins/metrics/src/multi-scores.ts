import { AccumMetric, type Score } from "./accum-metric.ts";
import { averageLabels, fBetaOf, jaccardOf, mean, MULTI_AVERAGES, precisionOf, recallOf } from "./average.ts";
import type { LabelScore, MultiAverage } from "./average.ts";
import { matthews } from "./agreement.ts";
import { checkBeta } from "./f-scores.ts";
import { E_METRICS_OPTION } from "./errors.ts";
import { meanOfPairs, mismatchRate } from "./mean-of-pairs.ts";
import { parseOptions } from "./options.ts";
import type { Rows } from "./rows.ts";
import { repeated, totalOf, type WeightOptions } from "./sample-weight.ts";
import { tableWidth, tallyTable } from "./tally.ts";

export interface MultiOptions extends WeightOptions {
  /** A label is there when its probability reaches this. Default 0.5. */
  readonly thresh?: number;
  /** Predictions are logits. Default true. */
  readonly sigmoid?: boolean;
}

export interface MultiScoreOptions extends MultiOptions {
  /** Columns to score, by number. Default null: all. */
  readonly labels?: readonly number[] | null;
  /** Has no effect on labels that are there or not. Default 1. */
  readonly posLabel?: number;
  /** Default "macro". */
  readonly average?: MultiAverage;
}

export interface FBetaMultiOptions extends MultiScoreOptions {
  /** Weight of recall against precision. Required. */
  readonly beta: number;
}

export interface BrierMultiOptions extends MultiOptions {
  /** Score decisions instead of probabilities. Default false; fastai has true. */
  readonly hard?: boolean;
}

const multiDefaults: Required<MultiOptions> = { thresh: 0.5, sigmoid: true, sampleWeight: null };
const scoreDefaults: Required<MultiScoreOptions> = { ...multiDefaults, labels: null, posLabel: 1, average: "macro" };

/** @throws E_METRICS_OPTION @source fastai.metrics.PrecisionMulti */
export function precisionMulti(options?: MultiScoreOptions): AccumMetric {
  return multiScore("precisionMulti", "precision_score", precisionOf, options);
}

/** @throws E_METRICS_OPTION @source fastai.metrics.RecallMulti */
export function recallMulti(options?: MultiScoreOptions): AccumMetric {
  return multiScore("recallMulti", "recall_score", recallOf, options);
}

/** @throws E_METRICS_OPTION @source fastai.metrics.F1ScoreMulti */
export function f1ScoreMulti(options?: MultiScoreOptions): AccumMetric {
  return multiScore("f1ScoreMulti", "f1_score", fBetaOf(1), options);
}

/** @throws E_METRICS_OPTION @source fastai.metrics.FBetaMulti */
export function fBetaMulti(options: FBetaMultiOptions): AccumMetric {
  const { beta, ...rest } = { ...options };
  return multiScore("fBetaMulti", "fbeta_score", fBetaOf(checkBeta("fBetaMulti", beta)), rest);
}

/** @throws E_METRICS_OPTION @source fastai.metrics.JaccardMulti */
export function jaccardMulti(options?: MultiScoreOptions): AccumMetric {
  return multiScore("jaccardMulti", "jaccard_score", jaccardOf, options);
}

/** Share of wrong decisions over all labels. @throws E_METRICS_OPTION @source fastai.metrics.HammingLossMulti */
export function hammingLossMulti(options?: MultiOptions): AccumMetric {
  const name = "hamming_loss";
  return decided(name, parseOptions("hammingLossMulti", multiDefaults, options), (preds, targs, weights) => {
    return mismatchRate(preds, targs, repeated(weights, tableWidth(name, preds, targs)));
  });
}

/** Mean over the labels; fastai's raises. @throws E_METRICS_OPTION @source fastai.metrics.MatthewsCorrCoefMulti */
export function matthewsCorrCoefMulti(options?: MultiOptions): AccumMetric {
  const name = "matthews_corrcoef";
  return decided(name, parseOptions("matthewsCorrCoefMulti", multiDefaults, options), (preds, targs, weights) => {
    const { hits, predicted, actual } = tallyTable(name, preds, targs, "label", weights);
    const items = totalOf(weights, preds.shape[0] ?? 0);
    return mean(hits.map((hit, i) => binaryMatthews(items, hit, predicted[i] ?? 0, actual[i] ?? 0)));
  });
}

/** Mean over the labels of (p − t)², of probabilities. @throws E_METRICS_OPTION @source fastai.metrics.BrierScoreMulti */
export function brierScoreMulti(options?: BrierMultiOptions): AccumMetric {
  const name = "brier_score_loss";
  const { hard, ...multi } = parseOptions<Required<BrierMultiOptions>>("brierScoreMulti", { ...multiDefaults, hard: false }, options);
  const score: Score = (preds, targs, weights) =>
    meanOfPairs(preds, targs, (p, t) => (p - t) ** 2, repeated(weights, tableWidth(name, preds, targs)));
  return hard
    ? decided(name, multi, score)
    : new AccumMetric(name, score, { activation: multi.sigmoid ? "sigmoid" : "no", flatten: false, sampleWeight: multi.sampleWeight });
}

function multiScore(metric: string, name: string, score: LabelScore, options: MultiScoreOptions | undefined): AccumMetric {
  const { average, labels, posLabel: _, ...multi } = parseOptions(metric, scoreDefaults, options, { average: MULTI_AVERAGES });
  const per = average === "samples" ? "item" : "label";
  return decided(name, multi, (preds, targs, weights) => {
    const [p, t] = [preds, targs].map((rows) => columnsOf(metric, rows, labels)) as [Rows, Rows];
    return averageLabels(tallyTable(name, p, t, per, weights), average, score, weights);
  });
}

/** @throws E_METRICS_OPTION where there is no such column */
function columnsOf(metric: string, rows: Rows, labels: readonly number[] | null): Rows {
  if (labels === null) return rows;
  const { data, shape } = rows;
  const width = shape[1] ?? 1;
  const bad = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < width));
  if (bad !== undefined)
    throw E_METRICS_OPTION({ metric, problem: `there is no label ${bad} among ${width}`, known: ["labels"], option: "labels" });
  const items = shape[0] ?? 0;
  const chosen = Float32Array.from({ length: items * labels.length }, (_, i) => {
    const item = Math.floor(i / labels.length);
    return data[item * width + (labels[i - item * labels.length] ?? 0)] ?? 0;
  });
  return { data: chosen, shape: [items, labels.length] };
}

/** Without the sigmoid, predictions are taken as probabilities; fastai would take their argmax. */
function decided(name: string, { thresh, sigmoid, sampleWeight }: Required<MultiOptions>, score: Score): AccumMetric {
  return new AccumMetric(name, score, { activation: sigmoid ? "sigmoid" : "no", thresh, flatten: false, sampleWeight });
}

function binaryMatthews(items: number, hits: number, predicted: number, actual: number): number {
  const correct = items - predicted - actual + 2 * hits;
  return matthews(correct, items, Float64Array.of(predicted, items - predicted), Float64Array.of(actual, items - actual));
}
