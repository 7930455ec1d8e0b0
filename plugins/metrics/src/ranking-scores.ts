import { AccumMetric, type Score } from "./accum-metric.ts";
import { mean, MULTI_AVERAGES, sum, weighted, type MultiAverage } from "./average.ts";
import { E_METRICS_CLASS, E_METRICS_OPTION } from "./errors.ts";
import { parseOptions } from "./options.ts";
import { averagePrecisionOf, rocAucOf } from "./ranking.ts";
import { multiClassAuc } from "./multi-class-auc.ts";
import type { Rows } from "./rows.ts";
import { repeated, weightOf, type WeightOptions, type Weights } from "./sample-weight.ts";
import { tableWidth } from "./tally.ts";

export interface ApScoreBinaryOptions extends WeightOptions {
  /** Of the two classes, in predictions. Default −1. */
  readonly axis?: number;
  /** Has no effect on one score per item. Default "macro". */
  readonly average?: MultiAverage;
  /** The class whose items count as true. Default 1. */
  readonly posLabel?: number;
}

export interface RocAucBinaryOptions extends WeightOptions {
  /** Of the two classes, in predictions. Default −1. */
  readonly axis?: number;
  /** Has no effect on one score per item. Default "macro". */
  readonly average?: MultiAverage;
  /** Area up to this false positive rate only, scaled so that chance is ½. Default null: all. */
  readonly maxFpr?: number | null;
  /** Has no effect on two classes. Default "raise". */
  readonly multiClass?: "raise" | "ovr" | "ovo";
}

export interface RocAucOptions extends WeightOptions {
  /** Of many classes there is no part of the area: null or 1. Default null. */
  readonly maxFpr?: number | null;
  /** Of the classes, in predictions. Default −1. */
  readonly axis?: number;
  /** Default "macro"; "weighted" weighs by how often a class is true. */
  readonly average?: "macro" | "weighted";
  /** Every class against the rest, or every pair of classes. Default "ovr". */
  readonly multiClass?: "ovr" | "ovo";
}

export interface ApScoreMultiOptions extends LabelRankingOptions {
  /** Has no effect on labels that are there or not. Default 1. */
  readonly posLabel?: number;
}

export interface RocAucMultiOptions extends LabelRankingOptions {
  /** Area up to this false positive rate only, scaled so that chance is ½. Default null: all. */
  readonly maxFpr?: number | null;
}

export interface LabelRankingOptions extends WeightOptions {
  /** Predictions are logits. Default true. */
  readonly sigmoid?: boolean;
  /** Default "macro". */
  readonly average?: MultiAverage;
}

const rankingDefaults: Required<LabelRankingOptions> = { sigmoid: true, average: "macro", sampleWeight: null };

/** Average precision of the last class's probability. @throws E_METRICS_OPTION @source fastai.metrics.APScoreBinary */
export function apScoreBinary(options?: ApScoreBinaryOptions): AccumMetric {
  const name = "average_precision_score";
  const defaults: Required<ApScoreBinaryOptions> = { axis: -1, average: "macro", posLabel: 1, sampleWeight: null };
  const { axis, posLabel, sampleWeight } = parseOptions("apScoreBinary", defaults, options, { average: MULTI_AVERAGES });
  const score: Score = (preds, targs, weights) => averagePrecisionOf(preds.data, isClass(name, preds, targs, posLabel), weights);
  return new AccumMetric(name, score, { dimArgmax: axis, activation: "binarysoftmax", sampleWeight });
}

/** Area under the ROC curve of the last class's probability. @throws E_METRICS_OPTION @source fastai.metrics.RocAucBinary */
export function rocAucBinary(options?: RocAucBinaryOptions): AccumMetric {
  const name = "roc_auc_score";
  const metric = "rocAucBinary";
  const defaults: Required<RocAucBinaryOptions> = { axis: -1, average: "macro", maxFpr: null, multiClass: "raise", sampleWeight: null };
  const given = parseOptions(metric, defaults, options, { average: MULTI_AVERAGES, multiClass: ["raise", "ovr", "ovo"] });
  const maxFpr = checkMaxFpr(metric, given.maxFpr);
  const score: Score = (preds, targs, weights) => rocAucOf(preds.data, isClass(name, preds, targs, 1), maxFpr, weights);
  return new AccumMetric(name, score, { dimArgmax: given.axis, activation: "binarysoftmax", sampleWeight: given.sampleWeight });
}

/** Area under the ROC curve over many classes. @throws E_METRICS_OPTION @source fastai.metrics.RocAuc, Hand & Till 2001 */
export function rocAuc(options?: RocAucOptions): AccumMetric {
  const defaults: Required<RocAucOptions> = { axis: -1, average: "macro", maxFpr: null, multiClass: "ovr", sampleWeight: null };
  const choices = { average: ["macro", "weighted"], multiClass: ["ovr", "ovo"] };
  const { axis, maxFpr, sampleWeight, ...how } = parseOptions("rocAuc", defaults, options, choices);
  if (maxFpr !== null && maxFpr !== 1)
    throw E_METRICS_OPTION({
      metric: "rocAuc",
      problem: "maxFpr has no meaning for many classes",
      known: ["rocAucBinary"],
      option: "maxFpr",
    });
  if (sampleWeight !== null && how.multiClass === "ovo")
    throw E_METRICS_OPTION({
      metric: "rocAuc",
      problem: "sampleWeight goes with multiClass ovr alone",
      known: ["multiClass"],
      option: "sampleWeight",
    });
  return new AccumMetric("roc_auc_score", (preds, targs, weights) => multiClassAuc(preds, targs, how, weights), {
    dimArgmax: axis,
    sampleWeight,
    activation: "softmax",
    flatten: false,
  });
}

/** Average precision by label. @throws E_METRICS_OPTION @source fastai.metrics.APScoreMulti */
export function apScoreMulti(options?: ApScoreMultiOptions): AccumMetric {
  const { posLabel: _, ...how } = parseOptions("apScoreMulti", { ...rankingDefaults, posLabel: 1 }, options, { average: MULTI_AVERAGES });
  return labelRanking("average_precision_score", averagePrecisionOf, how);
}

/** Area under the ROC curve by label. @throws E_METRICS_OPTION @source fastai.metrics.RocAucMulti */
export function rocAucMulti(options?: RocAucMultiOptions): AccumMetric {
  const metric = "rocAucMulti";
  const defaults: Required<RocAucMultiOptions> = { ...rankingDefaults, maxFpr: null };
  const { maxFpr, ...how } = parseOptions(metric, defaults, options, { average: MULTI_AVERAGES });
  const limit = checkMaxFpr(metric, maxFpr);
  return labelRanking("roc_auc_score", (scores, positive, weights) => rocAucOf(scores, positive, limit, weights), how);
}

type RankScore = (scores: ArrayLike<number>, positive: ArrayLike<number>, weights?: Weights) => number;

function checkMaxFpr(metric: string, maxFpr: number | null): number {
  const limit = maxFpr ?? 1;
  if (limit > 0 && limit <= 1) return limit;
  throw E_METRICS_OPTION({ metric, problem: `maxFpr must lie in (0, 1], not ${limit}`, known: ["maxFpr"], option: "maxFpr" });
}

function labelRanking(name: string, score: RankScore, { sigmoid, average, sampleWeight }: Required<LabelRankingOptions>): AccumMetric {
  const all: Score = (preds, targs, weights) => averageTable(name, [preds, targs, weights], average, score);
  return new AccumMetric(name, all, { activation: sigmoid ? "sigmoid" : "no", flatten: false, sampleWeight });
}

function averageTable(
  name: string,
  [preds, targs, weights]: readonly [Rows, Rows, Weights],
  average: MultiAverage,
  score: RankScore,
): number {
  const width = tableWidth(name, preds, targs);
  if (average === "micro") return score(preds.data, targs.data, repeated(weights, width));
  const height = preds.data.length / width;
  if (average === "samples") {
    const row = ({ data }: Rows, i: number): ArrayLike<number> => data.subarray(i * width, (i + 1) * width);
    const rows = Float64Array.from({ length: height }, (_, i) => score(row(preds, i), row(targs, i)));
    return weights === undefined ? mean(rows) : weighted(rows, weights);
  }
  const column = ({ data }: Rows, j: number): Float32Array => Float32Array.from({ length: height }, (_, i) => data[i * width + j] ?? 0);
  const columns = Array.from({ length: width }, (_, j) => [column(preds, j), column(targs, j)] as const);
  const each = Float64Array.from(columns, ([p, t]) => score(p, t, weights));
  return average === "macro"
    ? mean(each)
    : weighted(
        each,
        Float64Array.from(columns, ([, t]) => sum(Float64Array.from(t, (mark, i) => mark * weightOf(weights, i)))),
      );
}

/** 1 for items of the class. @throws E_METRICS_CLASS where there are more than two classes */
function isClass(metric: string, preds: Rows, { data, shape }: Rows, posLabel: number): Uint8Array {
  const positive = new Uint8Array(data.length);
  for (let item = 0; item < data.length; item++) {
    const id = data[item] ?? 0;
    if (id === posLabel) positive[item] = 1;
    else if (id !== 0 && id !== 1) throw E_METRICS_CLASS({ metric, id, item, classes: 2, preds: preds.shape, targs: shape });
  }
  return positive;
}
