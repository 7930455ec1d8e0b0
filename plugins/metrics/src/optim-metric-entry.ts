import { didYouMean, type Entry, type Host, type Metric, type MetricFunc } from "@fastap/kernel";
import { AccumMetric } from "./accum-metric.ts";
import { E_METRICS_OPTION } from "./errors.ts";
import { optimAccumMetric } from "./optim-metric.ts";

const known: readonly string[] = ["metric", "option", "bounds", "doNeg"];

/** `["optimMetric", { metric: "f1ScoreMulti", option: "thresh", bounds: [0.1, 0.9] }]`: the metric at the best value of one of its options. */
export const optimMetricEntry: Entry<Metric | MetricFunc> = { name: "optimMetric", make: (raw, host) => make(raw, host) };

function make(raw: unknown, host: Host): Metric {
  const { metric, option, bounds, doNeg } = parse(raw);
  const [name, options] = Array.isArray(metric) ? (metric as readonly unknown[]) : [metric, {}];
  if (typeof name !== "string") return refuse("metric must be a name, or a name with options");
  const fixed = { ...(options as object) };
  return optimAccumMetric((x) => accumulating(host.registry("metrics").make([name, { ...fixed, [option]: x }]), name), { bounds, doNeg });
}

interface Given {
  readonly metric: unknown;
  readonly option: string;
  readonly bounds: readonly [number, number];
  readonly doNeg: boolean;
}

function parse(raw: unknown): Given {
  const given: Record<string, unknown> = { ...(raw as object) };
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray !== undefined) return refuse(`unknown option "${stray}" (${didYouMean(stray, known) ?? known.join(", ")})`);
  const { metric, option, bounds, doNeg = true } = given;
  if (typeof option !== "string") return refuse("option must be the name of one of the metric's options");
  if (!isPair(bounds)) return refuse("bounds must be two numbers");
  if (typeof doNeg !== "boolean") return refuse("doNeg must be true or false");
  return { metric, option, bounds, doNeg };
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
