import { didYouMean, type Entry, type Host, type Metric, type MetricFunc } from "@fastap/kernel";
import { AccumMetric } from "./accum-metric.ts";
import { E_METRICS_OPTION } from "./errors.ts";
import { optimAccumMetric } from "./optim-metric.ts";

const known: readonly string[] = ["metric", "option", "bounds", "doNeg"];

/** `["optimMetric", { metric: "f1ScoreMulti", option: "thresh", bounds: [0.1, 0.9] }]`: the metric at the best value of one of its options. */
export const optimMetricEntry: Entry<Metric | MetricFunc> = { name: "optimMetric", make: (raw, host) => make(raw, host) };

function make(raw: unknown, host: Host): Metric {
  const given: Record<string, unknown> = typeof raw === "object" && raw !== null ? { ...raw } : {};
  for (const option of Object.keys(given)) {
    if (!known.includes(option)) refuse(`unknown option "${option}" (${didYouMean(option, known) ?? ""})`);
  }
  const { metric, option, bounds, doNeg = true } = given;
  const [name, options] = Array.isArray(metric) ? (metric as readonly unknown[]) : [metric, {}];
  if (typeof name !== "string" || typeof option !== "string") return refuse("metric and option must be names");
  if (!isPair(bounds) || typeof doNeg !== "boolean") return refuse("bounds must be two numbers, doNeg a boolean");
  const fixed: object = typeof options === "object" && options !== null ? options : {};
  return optimAccumMetric((x) => accumulating(host.registry("metrics").make([name, { ...fixed, [option]: x }]), name), { bounds, doNeg });
}

function accumulating(metric: Metric | MetricFunc, name: string): AccumMetric {
  return metric instanceof AccumMetric ? metric : refuse(`"${name}" is no metric that keeps a phase's predictions`);
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((v) => Number.isFinite(v));
}

function refuse(problem: string): never {
  throw E_METRICS_OPTION({ metric: "optimMetric", problem, known });
}
