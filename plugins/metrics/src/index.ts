export { accuracy, accuracyMulti, errorRate, foregroundAcc, topKAccuracy } from "./accuracy.ts";
export type { AccuracyMultiOptions, AccuracyOptions, ForegroundAccOptions, TopKAccuracyOptions } from "./accuracy.ts";
export type * from "./augment.ts";
export { metricEntries } from "./entries.ts";
export { defineMetric } from "./metric.ts";
export { metrics } from "./plugin.ts";
export { mae, mse, msle } from "./regression.ts";
