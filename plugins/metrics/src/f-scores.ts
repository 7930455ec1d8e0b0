import { AccumMetric } from "./accum-metric.ts";
import { averageClasses, AVERAGES, fBetaOf, jaccardOf, precisionOf, recallOf, type Average, type LabelScore } from "./average.ts";
import { E_METRICS_OPTION } from "./errors.ts";
import { parseOptions } from "./options.ts";
import type { WeightOptions } from "./sample-weight.ts";
import { tally } from "./tally.ts";

export interface ClassScoreOptions extends WeightOptions {
  /** Of the classes, in predictions. Default −1. */
  readonly axis?: number;
  /** Classes to average over. Default null: all that occur. */
  readonly labels?: readonly number[] | null;
  /** The class that "binary" is about. Default 1. */
  readonly posLabel?: number;
  /** Default "binary", which refuses more than two classes. */
  readonly average?: Average;
}

export interface FBetaOptions extends ClassScoreOptions {
  /** Weight of recall against precision. Required. */
  readonly beta: number;
}

const defaults: Required<ClassScoreOptions> = { axis: -1, labels: null, posLabel: 1, average: "binary", sampleWeight: null };

/** @throws E_METRICS_OPTION @source sklearn.metrics.precision_score, fastai.metrics.Precision */
export function precision(options?: ClassScoreOptions): AccumMetric {
  return classScore("precision", "precision_score", precisionOf, options);
}

/** @throws E_METRICS_OPTION @source sklearn.metrics.recall_score, fastai.metrics.Recall */
export function recall(options?: ClassScoreOptions): AccumMetric {
  return classScore("recall", "recall_score", recallOf, options);
}

/** @throws E_METRICS_OPTION @source sklearn.metrics.f1_score, fastai.metrics.F1Score */
export function f1Score(options?: ClassScoreOptions): AccumMetric {
  return classScore("f1Score", "f1_score", fBetaOf(1), options);
}

/** @throws E_METRICS_OPTION @source sklearn.metrics.fbeta_score, fastai.metrics.FBeta */
export function fBeta(options: FBetaOptions): AccumMetric {
  const { beta, ...rest } = { ...options };
  return classScore("fBeta", "fbeta_score", fBetaOf(checkBeta("fBeta", beta)), rest);
}

/** @throws E_METRICS_OPTION @source sklearn.metrics.jaccard_score, fastai.metrics.Jaccard */
export function jaccard(options?: ClassScoreOptions): AccumMetric {
  return classScore("jaccard", "jaccard_score", jaccardOf, options);
}

/** @throws E_METRICS_OPTION */
export function checkBeta(metric: string, beta: unknown): number {
  if (typeof beta === "number" && Number.isFinite(beta) && beta >= 0) return beta;
  throw E_METRICS_OPTION({ metric, problem: `beta must be a number of at least 0, not ${String(beta)}`, known: ["beta"], option: "beta" });
}

function classScore(metric: string, name: string, score: LabelScore, options: ClassScoreOptions | undefined): AccumMetric {
  const { axis, sampleWeight, ...average } = parseOptions(metric, defaults, options, { average: AVERAGES });
  return new AccumMetric(name, (preds, targs, weights) => averageClasses(name, tally(name, preds, targs, weights), average, score), {
    dimArgmax: axis,
    sampleWeight,
  });
}
