import type { Entry, Metric, MetricFunc } from "@fastap/kernel";
import { accuracy, accuracyMulti, errorRate, foregroundAcc, topKAccuracy } from "./accuracy.ts";
import { balancedAccuracy, cohenKappa, hammingLoss, matthewsCorrCoef } from "./agreement.ts";
import { brierScore } from "./brier-score.ts";
import { corpusBLEUMetric } from "./corpus-bleu.ts";
import { expRmspe, explainedVariance, pearsonCorrCoef, r2Score, rmse, spearmanCorrCoef } from "./correlation.ts";
import { f1Score, fBeta, jaccard, precision, recall } from "./f-scores.ts";
import { avgLoss, perplexity } from "./loss-metrics.ts";
import {
  brierScoreMulti,
  f1ScoreMulti,
  fBetaMulti,
  hammingLossMulti,
  jaccardMulti,
  matthewsCorrCoefMulti,
  precisionMulti,
  recallMulti,
} from "./multi-scores.ts";
import { dice, diceMulti, jaccardCoeff, jaccardCoeffMulti } from "./overlap.ts";
import { apScoreBinary, apScoreMulti, rocAuc, rocAucBinary, rocAucMulti } from "./ranking-scores.ts";
import { mae, mse, msle } from "./regression.ts";
import { optimMetricEntry } from "./optim-metric-entry.ts";

type Maker = (options: never) => Metric | MetricFunc;

const makers: Readonly<Record<string, Maker>> = {
  accuracy,
  accuracyMulti,
  errorRate,
  foregroundAcc,
  topKAccuracy,
  balancedAccuracy,
  cohenKappa,
  hammingLoss,
  matthewsCorrCoef,
  brierScore,
  corpusBLEUMetric,
  expRmspe,
  explainedVariance,
  pearsonCorrCoef,
  r2Score,
  rmse,
  spearmanCorrCoef,
  f1Score,
  fBeta,
  jaccard,
  precision,
  recall,
  avgLoss,
  perplexity,
  brierScoreMulti,
  f1ScoreMulti,
  fBetaMulti,
  hammingLossMulti,
  jaccardMulti,
  matthewsCorrCoefMulti,
  precisionMulti,
  recallMulti,
  dice,
  diceMulti,
  jaccardCoeff,
  jaccardCoeffMulti,
  apScoreBinary,
  apScoreMulti,
  rocAuc,
  rocAucBinary,
  rocAucMulti,
  mae,
  mse,
  msle,
};

/** Every metric by name. Makers check their options themselves, hence the cast. */
export const metricEntries: readonly Entry<Metric | MetricFunc>[] = [
  ...Object.entries(makers).map(([name, make]) => ({ name, make: (options: unknown) => make(options as never) })),
  optimMetricEntry,
];
