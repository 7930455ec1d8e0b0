import { E_METRICS_INPUT, E_METRICS_OPTION } from "./errors.ts";
import type { Rows } from "./rows.ts";

export interface WeightOptions {
  /** How much each item of a phase counts, in its order. Default null: all the same. `@source sklearn's sample_weight` */
  readonly sampleWeight?: readonly number[] | null;
}

/** Of each item; undefined where all count the same. */
export type Weights = Float64Array | undefined;

/** @throws E_METRICS_OPTION unless it is a list of numbers that are not below 0, or null */
export function weightsOf(metric: string, given: number | readonly number[] | null): Weights {
  if (given === null) return undefined;
  if (typeof given !== "number" && given.every((weight) => weight >= 0)) return Float64Array.from(given);
  const problem = "sampleWeight must be a list of numbers that are not below 0, one per item";
  throw E_METRICS_OPTION({ metric, problem, known: ["sampleWeight"], option: "sampleWeight" });
}

/** @throws E_METRICS_INPUT unless there is one for each of so many items */
export function checkWeights(metric: string, weights: Weights, items: number, { shape }: Rows): void {
  if (weights === undefined || weights.length === items) return;
  throw E_METRICS_INPUT({
    metric,
    message: "sampleWeight has weights for another number of items than there are",
    expected: `${items} weights, for targets [${shape.join(", ")}]`,
    received: `${weights.length}`,
  });
}

/** Of one item: 1 where all count the same. */
export function weightOf(weights: Weights, item: number): number {
  return weights === undefined ? 1 : (weights[item] ?? 0);
}

/** The weight of all, or how many they are. */
export function totalOf(weights: Weights, items: number): number {
  return weights === undefined ? items : weights.reduce((a, b) => a + b, 0);
}

/** Each so many times, for tables whose rows become that many values. */
export function repeated(weights: Weights, times: number): Weights {
  return weights && Float64Array.from({ length: weights.length * times }, (_, i) => weights[Math.floor(i / times)] ?? 0);
}
