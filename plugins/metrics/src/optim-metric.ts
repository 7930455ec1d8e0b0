import type { Metric } from "@fastap/kernel";
import { AccumMetric } from "./accum-metric.ts";
import { minimise } from "./minimise.ts";
import { E_METRICS_OPTION } from "./errors.ts";
import type { Rows } from "./rows.ts";

export interface OptimMetricOptions {
  /** Where the argument may lie. */
  readonly bounds: readonly [low: number, high: number];
  /** Larger is better. Default true. */
  readonly doNeg?: boolean;
}

/** A metric at the best value of one of its arguments. */
export interface OptimisedMetric extends Metric, Pick<AccumMetric, "state" | "restore" | "tryOn"> {
  /** The argument at the last `value()`. */
  readonly x: number | undefined;
}

/**
 * The best that a score of raw predictions reaches as one argument varies, found to within 0.01: the threshold with the best F1 …
 * `name` heads the column after "opt_".
 * @throws E_METRICS_OPTION
 * @source fastai.metrics.optim_metric
 */
export function optimMetric(
  name: string,
  score: (preds: Rows, targs: Rows, argument: number) => number,
  { bounds, doNeg = true }: OptimMetricOptions,
): OptimisedMetric {
  const [low, high] = bounds;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw E_METRICS_OPTION({ metric: "optimMetric", problem: "bounds must grow", known: ["bounds", "doNeg"], option: "bounds" });
  }
  let x: number | undefined;
  const metric = new AccumMetric(
    `opt_${name}`,
    (preds, targs) => {
      const best = minimise((argument) => (doNeg ? -1 : 1) * score(preds, targs, argument), bounds, 0.01);
      x = best.x;
      return doNeg ? -best.value : best.value;
    },
    { flatten: false },
  );
  return {
    name: metric.name,
    reset: () => metric.reset(),
    accumulate: (batch) => metric.accumulate(batch),
    value: () => metric.value(),
    state: () => metric.state(),
    restore: (state) => metric.restore(state),
    tryOn: (batch) => metric.tryOn(batch),
    get x() {
      return x;
    },
  };
}

/** The same of a registered kind of metric: `make` builds it with the argument set. */
export function optimAccumMetric(make: (argument: number) => AccumMetric, options: OptimMetricOptions): OptimisedMetric {
  const { name } = make(options.bounds[0]);
  return optimMetric(
    name,
    (preds, targs, argument) => {
      const metric = make(argument);
      return metric.score(metric.decide(preds, targs), targs);
    },
    options,
  );
}
