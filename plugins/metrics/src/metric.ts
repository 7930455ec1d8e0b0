import type { MetricFunc, Pred, Tensor } from "@fastap/kernel";
import { tidy } from "@tensorflow/tfjs-core";
import { E_METRICS_INPUT, E_METRICS_LENGTH } from "./errors.ts";

/**
 * Makes a metric of one batch from a function of one prediction and one target. `name` heads its column; the caller disposes the scalar.
 * @throws E_METRICS_INPUT when called with a list of predictions or not exactly one target
 */
export function defineMetric(name: string, compute: (pred: Tensor, targ: Tensor) => Tensor): MetricFunc {
  const metric = (pred: Pred, ...yb: readonly Tensor[]): Tensor => {
    const [targ] = yb;
    if (Array.isArray(pred) || targ === undefined || yb.length !== 1) {
      const received = `${Array.isArray(pred) ? pred.length : 1} predictions, ${yb.length} targets`;
      throw E_METRICS_INPUT({
        metric: name,
        message: "a metric compares one prediction with one target",
        expected: "one of each",
        received,
      });
    }
    return tidy(() => compute(pred as Tensor, targ));
  };
  return Object.defineProperty(metric, "name", { value: name });
}

/** @throws E_METRICS_LENGTH */
export function checkLength(metric: string, preds: number, targs: number): void {
  if (preds !== targs) throw E_METRICS_LENGTH({ metric, preds, targs });
}

/** A negative axis counted from the end. @throws E_METRICS_INPUT where there is no such axis */
export function axisOf(metric: string, axis: number, { shape }: Tensor): number {
  const positive = axis < 0 ? shape.length + axis : axis;
  if (Number.isInteger(axis) && positive >= 0 && positive < shape.length) return positive;
  throw E_METRICS_INPUT({
    metric,
    message: "the class axis does not exist",
    expected: `axis ${axis}`,
    received: `shape [${shape.join(", ")}]`,
  });
}
