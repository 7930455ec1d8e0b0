import type { Pred, Tensor, TypedArray } from "@fastap/kernel";
import { E_METRICS_CLASS } from "./errors.ts";
import { axisOf } from "./metric.ts";
import type { Rows } from "./rows.ts";

/** Targets must be numbers of classes that the predictions have. @throws E_METRICS_CLASS */
export function checkClasses(metric: string, pred: Pick<Rows, "shape">, targ: Rows, axis: number, ignored?: number): void {
  const classes = pred.shape[axis] ?? 0;
  const { data } = targ;
  for (let i = 0; i < data.length; i++) {
    const id = data[i] ?? 0;
    if ((id >= 0 && id < classes && Number.isInteger(id)) || id === ignored) continue;
    throw E_METRICS_CLASS({ metric, id, item: i, classes, preds: pred.shape, targs: targ.shape });
  }
}

/** What a metric of one batch has besides: who averages it hands it the targets, read outside of the engine. */
export interface TargetCheck {
  /** @throws E_METRICS_CLASS */
  readonly checkTargets: (pred: Pred, targ: Tensor, values: TypedArray) => void;
}

/** PyTorch's mark of a target that losses pass over; metrics count it as a miss, as in fastai. */
const IGNORED = -100;

/** `other`: one more number that stands for no class. */
export function classCheck(metric: string, axis: number, other: number = IGNORED): TargetCheck {
  return {
    checkTargets: (pred, { shape }, data) => {
      if (Array.isArray(pred)) return; // refused where the metric is computed
      const tensor = pred as Tensor;
      checkClasses(metric, tensor, { data, shape }, axisOf(metric, axis, tensor), other);
    },
  };
}
