import { AccumMetric } from "./accum-metric.ts";
import { mean, sum } from "./average.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { mismatchRate } from "./mean-of-pairs.ts";
import { parseOptions } from "./options.ts";
import { totalOf, type WeightOptions } from "./sample-weight.ts";
import { select, tally } from "./tally.ts";

export interface AxisOptions extends WeightOptions {
  /** Of the classes, in predictions. Default −1. */
  readonly axis?: number;
}

export interface BalancedAccuracyOptions extends AxisOptions {
  /** 0 for chance, 1 for perfect. Default false. */
  readonly adjusted?: boolean;
}

export interface CohenKappaOptions extends AxisOptions {
  /** Classes that count, in order. Default null: all that occur. */
  readonly labels?: readonly number[] | null;
  /** How distance between classes counts. Default null: it does not. */
  readonly weights?: "linear" | "quadratic" | null;
}

const axisDefaults: Required<AxisOptions> = { axis: -1, sampleWeight: null };

/** Mean recall over the classes that are true somewhere. @throws E_METRICS_OPTION @source fastai.metrics.BalancedAccuracy */
export function balancedAccuracy(options?: BalancedAccuracyOptions): AccumMetric {
  const name = "balanced_accuracy_score";
  const defaults: Required<BalancedAccuracyOptions> = { axis: -1, adjusted: false, sampleWeight: null };
  const { axis, adjusted, sampleWeight } = parseOptions("balancedAccuracy", defaults, options);
  return new AccumMetric(
    name,
    (preds, targs, weights) => {
      const seen = tally(name, preds, targs, weights);
      const { hits, actual, labels } = select(
        seen,
        seen.labels.filter((_, i) => (seen.actual[i] ?? 0) > 0),
      );
      const score = mean(hits.map((hit, i) => hit / (actual[i] ?? 1)));
      const chance = 1 / labels.length;
      return adjusted ? (score - chance) / (1 - chance) : score;
    },
    { dimArgmax: axis, sampleWeight },
  );
}

/** Agreement beyond chance; NaN where everything is one class. @throws E_METRICS_OPTION @source fastai.metrics.CohenKappa */
export function cohenKappa(options?: CohenKappaOptions): AccumMetric {
  const name = "cohen_kappa_score";
  const defaults: Required<CohenKappaOptions> = { axis: -1, labels: null, weights: null, sampleWeight: null };
  const { axis, labels, weights, sampleWeight } = parseOptions("cohenKappa", defaults, options, { weights: [null, "linear", "quadratic"] });
  return new AccumMetric(
    name,
    (preds, targs, each) => {
      const wanted = labels ?? tally(name, preds, targs).labels;
      return kappa(confusionMatrix(preds.data, targs.data, wanted, each), weights);
    },
    { dimArgmax: axis, sampleWeight },
  );
}

/** Share of wrong decisions. @throws E_METRICS_OPTION @source fastai.metrics.HammingLoss */
export function hammingLoss(options?: AxisOptions): AccumMetric {
  const { axis, sampleWeight } = parseOptions("hammingLoss", axisDefaults, options);
  return new AccumMetric("hamming_loss", mismatchRate, { dimArgmax: axis, sampleWeight });
}

/** Correlation of decisions and truth, over any number of classes. @throws E_METRICS_OPTION @source fastai.metrics.MatthewsCorrCoef */
export function matthewsCorrCoef(options?: AxisOptions): AccumMetric {
  const name = "matthews_corrcoef";
  const { axis, sampleWeight } = parseOptions("matthewsCorrCoef", axisDefaults, options);
  return new AccumMetric(
    name,
    (preds, targs, weights) => {
      const { hits, predicted, actual } = tally(name, preds, targs, weights);
      return matthews(sum(hits), totalOf(weights, preds.data.length), predicted, actual);
    },
    { dimArgmax: axis, sampleWeight },
  );
}

/** (c·s − Σ p·t) / √((s² − Σp²)(s² − Σt²)) from right decisions, all, and counts by class; 0 where the root is. */
export function matthews(correct: number, all: number, predicted: Float64Array, actual: Float64Array): number {
  const both = sum(predicted.map((p, i) => p * (actual[i] ?? 0)));
  const root = Math.sqrt((all * all - sum(predicted.map((p) => p * p))) * (all * all - sum(actual.map((t) => t * t))));
  return root === 0 ? 0 : (correct * all - both) / root;
}

function kappa(matrix: readonly (readonly number[])[], weights: "linear" | "quadratic" | null): number {
  const rows = matrix.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = matrix.map((_, j) => matrix.reduce((total, row) => total + (row[j] ?? 0), 0));
  const all = rows.reduce((a, b) => a + b, 0);
  let [seen, chance] = [0, 0];
  for (const [i, row] of matrix.entries()) {
    for (const [j, count] of row.entries()) {
      const distance = weights === null ? Number(i !== j) : weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
      seen += distance * count;
      chance += (distance * (rows[i] ?? 0) * (columns[j] ?? 0)) / all;
    }
  }
  return 1 - seen / chance;
}
