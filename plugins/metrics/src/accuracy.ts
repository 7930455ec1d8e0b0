import type { MetricFunc, Tensor } from "@fastap/kernel";
import {
  any,
  argMax,
  cast,
  div,
  equal,
  expandDims,
  greater,
  mean,
  mul,
  notEqual,
  reshape,
  sigmoid,
  sub,
  sum,
  topk,
  transpose,
} from "@tensorflow/tfjs-core";
import { classCheck, type TargetCheck } from "./class-ids.ts";
import { E_METRICS_INPUT } from "./errors.ts";
import { axisOf, checkLength, defineMetric } from "./metric.ts";
import { parseOptions } from "./options.ts";

/** Whose targets are numbers of classes. */
type CheckedMetricFunc = MetricFunc & Partial<TargetCheck>;

export interface AccuracyOptions {
  /** Of the classes, in predictions. Default −1. */
  readonly axis?: number;
}

export interface TopKAccuracyOptions extends AccuracyOptions {
  /** Default 5. */
  readonly k?: number;
}

export interface AccuracyMultiOptions {
  /** A label is present when its probability exceeds this. Default 0.5. */
  readonly thresh?: number;
  /** Predictions are logits. Default true. */
  readonly sigmoid?: boolean;
}

export interface ForegroundAccOptions extends AccuracyOptions {
  /** Class that does not count. Default 0. */
  readonly bkgIdx?: number;
}

/** Share of `[…, classes]` predictions whose largest is the target `[…]`. @throws E_METRICS_SHAPE @source fastai.metrics.accuracy */
export function accuracy(options?: AccuracyOptions): CheckedMetricFunc {
  const { axis } = parseOptions("accuracy", { axis: -1 }, options);
  return defineMetric("accuracy", (pred, targ) => mean(hits("accuracy", pred, targ, axis)), classCheck("accuracy", axis));
}

/** 1 − accuracy. @throws E_METRICS_SHAPE @source fastai.metrics.error_rate */
export function errorRate(options?: AccuracyOptions): CheckedMetricFunc {
  const { axis } = parseOptions("errorRate", { axis: -1 }, options);
  return defineMetric("error_rate", (pred, targ) => sub(1, mean(hits("error_rate", pred, targ, axis))), classCheck("error_rate", axis));
}

/** Share of predictions whose `k` largest hold the target. @throws E_METRICS_SHAPE @source fastai.metrics.top_k_accuracy */
export function topKAccuracy(options?: TopKAccuracyOptions): CheckedMetricFunc {
  const metric = "top_k_accuracy";
  const { k, axis } = parseOptions("topKAccuracy", { k: 5, axis: -1 }, options);
  const compute = (pred: Tensor, targ: Tensor): Tensor => {
    const last = toLast(pred, axisOf(metric, axis, pred));
    const classes = last.shape.at(-1) ?? 0;
    if (!(Number.isInteger(k) && k >= 1 && k <= classes)) {
      throw E_METRICS_INPUT({ metric, message: "k is no number of classes", expected: `1…${classes}`, received: `${k}` });
    }
    checkLength(metric, pred, targ, pred.size / classes);
    const { indices } = topk(last, k);
    const wanted = expandDims(reshape(cast(targ, "int32"), last.shape.slice(0, -1)), -1);
    return mean(cast(any(equal(indices, wanted), -1), "float32"));
  };
  return defineMetric(metric, compute, classCheck(metric, axis));
}

/** Share of right yes/no decisions over all labels. @throws E_METRICS_SHAPE @source fastai.metrics.accuracy_multi */
export function accuracyMulti(options?: AccuracyMultiOptions): MetricFunc {
  const given = parseOptions("accuracyMulti", { thresh: 0.5, sigmoid: true }, options);
  return defineMetric("accuracy_multi", (pred, targ) => {
    checkLength("accuracy_multi", pred, targ, pred.size);
    const probs = reshape(given.sigmoid ? sigmoid(pred) : pred, [-1]);
    return mean(cast(equal(greater(probs, given.thresh), notEqual(reshape(cast(targ, "float32"), [-1]), 0)), "float32"));
  });
}

/** Accuracy where the target is not `bkgIdx`; NaN where all of it is, and such a batch does not count in an average. @throws E_METRICS_SHAPE @source fastai.metrics.foreground_acc */
export function foregroundAcc(options?: ForegroundAccOptions): CheckedMetricFunc {
  const { bkgIdx, axis } = parseOptions("foregroundAcc", { bkgIdx: 0, axis: -1 }, options);
  const compute = (pred: Tensor, targ: Tensor): Tensor => {
    const foreground = cast(notEqual(reshape(cast(targ, "int32"), [-1]), bkgIdx), "float32");
    return div(sum(mul(hits("foreground_acc", pred, targ, axis), foreground)), sum(foreground));
  };
  return defineMetric("foreground_acc", compute, { ...classCheck("foreground_acc", axis, bkgIdx), skipsNaN: true });
}

/** 1 where the decision is right, else 0; float32 `[n]`. */
function hits(metric: string, pred: Tensor, targ: Tensor, axis: number): Tensor {
  const classAxis = axisOf(metric, axis, pred);
  checkLength(metric, pred, targ, pred.size / (pred.shape[classAxis] ?? 1));
  return cast(equal(reshape(argMax(pred, classAxis), [-1]), reshape(cast(targ, "int32"), [-1])), "float32");
}

/** Moves one axis to the end; the others keep their order. */
function toLast(x: Tensor, axis: number): Tensor {
  if (axis === x.rank - 1) return x;
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  return transpose(x, [...others, axis]);
}
