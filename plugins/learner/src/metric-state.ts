import type { Metric } from "@fastap/kernel";

/** A metric that can go on in the middle of an epoch. */
export interface ResumableMetric extends Metric {
  /** What it has gathered: plain data, typed arrays too. */
  state(): unknown;
  restore(state: unknown): void;
}

export function hasState(metric: Metric): metric is ResumableMetric {
  return "state" in metric && typeof metric.state === "function" && "restore" in metric && typeof metric.restore === "function";
}
