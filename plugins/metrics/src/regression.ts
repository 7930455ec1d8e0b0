import type { MetricFunc, Tensor } from "@fastap/kernel";
import { abs, cast, log1p, mean, reshape, squaredDifference, sub } from "@tensorflow/tfjs-core";
import { checkLength, defineMetric } from "./metric.ts";
import { parseOptions } from "./options.ts";

/** Mean squared error of two tensors of equal size. @throws E_METRICS_SHAPE @source fastai.metrics.mse */
export function mse(options?: Record<string, never>): MetricFunc {
  return elementwise("mse", squaredDifference, options);
}

/** Mean absolute error. @throws E_METRICS_SHAPE @source fastai.metrics.mae */
export function mae(options?: Record<string, never>): MetricFunc {
  return elementwise("mae", (p, t) => abs(sub(p, t)), options);
}

/** Mean squared error of log(1 + x). @throws E_METRICS_SHAPE @source fastai.metrics.msle */
export function msle(options?: Record<string, never>): MetricFunc {
  return elementwise("msle", (p, t) => squaredDifference(log1p(p), log1p(t)), options);
}

function elementwise(name: string, error: (pred: Tensor, targ: Tensor) => Tensor, options: unknown): MetricFunc {
  parseOptions(name, {}, options);
  return defineMetric(name, (pred, targ) => {
    checkLength(name, pred, targ, pred.size);
    return mean(error(reshape(pred, [-1]), reshape(cast(targ, "float32"), [-1])));
  });
}
