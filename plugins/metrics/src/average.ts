import { E_METRICS_INPUT } from "./errors.ts";
import type { Weights } from "./sample-weight.ts";
import { ratio, select, type Tally } from "./tally.ts";

/** Over labels: "binary" is `posLabel` alone, "micro" pools the counts, "weighted" weighs by how often a label is true. */
export type Average = "binary" | "micro" | "macro" | "weighted";
/** Of several labels per item: "samples" is the mean over items. */
export type MultiAverage = "micro" | "macro" | "weighted" | "samples";

export const AVERAGES: readonly Average[] = ["binary", "micro", "macro", "weighted"];
export const MULTI_AVERAGES: readonly MultiAverage[] = ["micro", "macro", "weighted", "samples"];

/** A figure of one label; 0/0 is 0. */
export type LabelScore = (hits: number, predicted: number, actual: number) => number;

export interface AverageOptions {
  readonly average: Average;
  /** Labels to average over; null: all that occur. */
  readonly labels: readonly number[] | null;
  readonly posLabel: number;
}

/** @throws E_METRICS_INPUT where "binary" meets more than two classes */
export function averageClasses(metric: string, seen: Tally, { average, labels, posLabel }: AverageOptions, score: LabelScore): number {
  if (average !== "binary") return averageLabels(labels === null ? seen : select(seen, labels), average, score);
  const found = seen.labels.join(", ");
  if (seen.labels.length > 2) {
    const expected = `average micro, macro or weighted`;
    throw E_METRICS_INPUT({ metric, message: "average binary has no meaning for many classes", expected, received: `classes ${found}` });
  }
  if (seen.labels.length === 2 && !seen.labels.includes(posLabel)) {
    throw E_METRICS_INPUT({ metric, message: "posLabel never occurs", expected: `one of ${found}`, received: `${posLabel}` });
  }
  return mean(scores(select(seen, [posLabel]), score));
}

/** The tally is per label, or per item for "samples", whose weights then weigh the mean. */
export function averageLabels(seen: Tally, average: Exclude<Average, "binary"> | "samples", score: LabelScore, weights?: Weights): number {
  if (average === "micro") return score(sum(seen.hits), sum(seen.predicted), sum(seen.actual));
  const each = scores(seen, score);
  if (average === "samples" && weights !== undefined) return weighted(each, weights);
  return average === "weighted" ? weighted(each, seen.actual) : mean(each);
}

export function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** 0 where all weights are. */
export function weighted(values: Float64Array, weights: Float64Array): number {
  return ratio(sum(values.map((value, i) => value * (weights[i] ?? 0))), sum(weights));
}

export function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function scores({ hits, predicted, actual }: Tally, score: LabelScore): Float64Array {
  return hits.map((hit, i) => score(hit, predicted[i] ?? 0, actual[i] ?? 0));
}

export const precisionOf: LabelScore = (hits, predicted) => ratio(hits, predicted);
export const recallOf: LabelScore = (hits, _, actual) => ratio(hits, actual);
export const jaccardOf: LabelScore = (hits, predicted, actual) => ratio(hits, predicted + actual - hits);

/** (1 + β²)·PR/(β²P + R) */
export function fBetaOf(beta: number): LabelScore {
  const b = beta * beta;
  return (hits, predicted, actual) => ratio((1 + b) * hits, b * actual + predicted);
}
