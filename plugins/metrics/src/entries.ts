import type { Entry, Metric, MetricFunc } from "@fastap/kernel";
import { accuracy, accuracyMulti, errorRate, foregroundAcc, topKAccuracy } from "./accuracy.ts";
import type { AccuracyMultiOptions, AccuracyOptions, ForegroundAccOptions, TopKAccuracyOptions } from "./accuracy.ts";
import { mae, mse, msle } from "./regression.ts";

/** Every metric by name. Makers check their options themselves, hence the casts. */
export const metricEntries: readonly Entry<Metric | MetricFunc>[] = [
  { name: "accuracy", make: (o) => accuracy(o as AccuracyOptions) },
  { name: "errorRate", make: (o) => errorRate(o as AccuracyOptions) },
  { name: "topKAccuracy", make: (o) => topKAccuracy(o as TopKAccuracyOptions) },
  { name: "accuracyMulti", make: (o) => accuracyMulti(o as AccuracyMultiOptions) },
  { name: "foregroundAcc", make: (o) => foregroundAcc(o as ForegroundAccOptions) },
  { name: "mse", make: (o) => mse(o as Record<string, never>) },
  { name: "mae", make: (o) => mae(o as Record<string, never>) },
  { name: "msle", make: (o) => msle(o as Record<string, never>) },
];
