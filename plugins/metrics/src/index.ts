export { AccumMetric } from "./accum-metric.ts";
export type { AccumOptions, Activation, Score } from "./accum-metric.ts";
export type * from "./augment.ts";
export type { Average, MultiAverage } from "./average.ts";
export { classificationReport, reportText } from "./classification-report.ts";
export type { ClassificationReport, ReportRow } from "./classification-report.ts";
export { confusionMatrix } from "./confusion-matrix.ts";
export { metricEntries } from "./entries.ts";
export { defineMetric } from "./metric.ts";
export { optimAccumMetric, optimMetric } from "./optim-metric.ts";
export type { OptimisedMetric, OptimMetricOptions } from "./optim-metric.ts";
export { metrics } from "./plugin.ts";
export type { Rows } from "./rows.ts";
export type { Weights, WeightOptions } from "./sample-weight.ts";
export { accuracy, accuracyMulti, errorRate, foregroundAcc, topKAccuracy } from "./accuracy.ts";
export type { AccuracyMultiOptions, AccuracyOptions, ForegroundAccOptions, TopKAccuracyOptions } from "./accuracy.ts";
export { balancedAccuracy, cohenKappa, hammingLoss, matthewsCorrCoef } from "./agreement.ts";
export type { AxisOptions, BalancedAccuracyOptions, CohenKappaOptions } from "./agreement.ts";
export { brierScore } from "./brier-score.ts";
export type { BrierScoreOptions } from "./brier-score.ts";
export { corpusBLEUMetric } from "./corpus-bleu.ts";
export type { CorpusBleuOptions } from "./corpus-bleu.ts";
export { expRmspe, explainedVariance, pearsonCorrCoef, r2Score, rmse, spearmanCorrCoef } from "./correlation.ts";
export type { CorrelationOptions } from "./correlation.ts";
export { f1Score, fBeta, jaccard, precision, recall } from "./f-scores.ts";
export type { ClassScoreOptions, FBetaOptions } from "./f-scores.ts";
export { avgLoss, lossMetric, lossMetrics, perplexity, valueMetric } from "./loss-metrics.ts";
export {
  brierScoreMulti,
  f1ScoreMulti,
  fBetaMulti,
  hammingLossMulti,
  jaccardMulti,
  matthewsCorrCoefMulti,
  precisionMulti,
  recallMulti,
} from "./multi-scores.ts";
export type { BrierMultiOptions, FBetaMultiOptions, MultiOptions, MultiScoreOptions } from "./multi-scores.ts";
export { dice, diceMulti, jaccardCoeff, jaccardCoeffMulti } from "./overlap.ts";
export type { OverlapOptions } from "./overlap.ts";
export { apScoreBinary, apScoreMulti, rocAuc, rocAucBinary, rocAucMulti } from "./ranking-scores.ts";
export type {
  ApScoreBinaryOptions,
  ApScoreMultiOptions,
  LabelRankingOptions,
  RocAucBinaryOptions,
  RocAucMultiOptions,
  RocAucOptions,
} from "./ranking-scores.ts";
export { mae, mse, msle } from "./regression.ts";
