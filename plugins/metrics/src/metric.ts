import type { Metric, MetricFunc, Pred, Tensor } from "@fastap/kernel";
import { tidy } from "@tensorflow/tfjs-core";
import { E_METRICS_INPUT, E_METRICS_SHAPE } from "./errors.ts";

/**
 * Makes a metric of one batch from a function of one prediction and one target. `name` heads its column; the caller disposes the scalar.
 * `besides`: properties that who averages it looks at.
 * @throws E_METRICS_INPUT when called with a list of predictions or not exactly one target
 */
export function defineMetric<X extends object>(
  name: string,
  compute: (pred: Tensor, targ: Tensor) => Tensor,
  besides?: X,
): MetricFunc & Partial<X> {
  const metric = (pred: Pred, ...yb: readonly Tensor[]): Tensor => {
    const pair = onePair(name, pred, yb);
    return tidy(() => compute(...pair));
  };
  return Object.assign(Object.defineProperty(metric, "name", { value: name }), besides);
}

/** @throws E_METRICS_INPUT where there is more or less than one of each */
export function onePair(metric: string, pred: Pred, yb: readonly Tensor[]): readonly [pred: Tensor, targ: Tensor] {
  const [targ] = yb;
  if (!Array.isArray(pred) && targ !== undefined && yb.length === 1) return [pred as Tensor, targ];
  const received = `${Array.isArray(pred) ? pred.length : 1} predictions, ${yb.length} targets`;
  throw E_METRICS_INPUT({ metric, message: "a metric compares one prediction with one target", expected: "one of each", received });
}

/** A metric that can go on in the middle of an epoch: its state is plain data. */
export interface ResumableMetric extends Metric {
  state(): unknown;
  restore(state: unknown): void;
}

interface Shaped {
  readonly shape: readonly number[];
}

/** `decided`: how many targets the predictions ask for. @throws E_METRICS_SHAPE */
export function checkLength(metric: string, pred: Shaped, targ: Shaped & { readonly size: number }, decided: number): void {
  if (decided !== targ.size) {
    throw E_METRICS_SHAPE({ metric, expected: `${decided} targets, one per decision`, preds: pred.shape, targs: targ.shape });
  }
}

/** A negative axis counted from the end. @throws E_METRICS_INPUT where there is no such axis */
export function axisOf(metric: string, axis: number, { shape }: Shaped): number {
  const positive = axis < 0 ? shape.length + axis : axis;
  if (Number.isInteger(axis) && positive >= 0 && positive < shape.length) return positive;
  throw E_METRICS_INPUT({
    metric,
    message: "the class axis does not exist",
    expected: `axis ${axis}`,
    received: `shape [${shape.join(", ")}]`,
  });
}
