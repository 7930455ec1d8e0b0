import type { LossFunc, MetricFunc, Pred, Tensor, TypedArray } from "@fastap/kernel";

/** What losses and metrics may have besides: a look at targets that were read, outside of the tape. */
interface ChecksTargets {
  /** Throws, naming `where`, if one of `values`, which are those of `targ`, cannot belong to the predictions. */
  checkTargets(pred: Pred, targ: Tensor, values: TypedArray, where: string): void;
}

export function checksTargets<T extends LossFunc | MetricFunc>(given: T): given is T & ChecksTargets {
  return "checkTargets" in given && typeof given.checkTargets === "function";
}
