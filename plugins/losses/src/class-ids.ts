import type { LossFunc, Pred, Tensor, TypedArray } from "@fastap/kernel";
import { E_LOSSES_CLASS } from "./errors.ts";

/** A loss that can tell targets that name no class of the predictions; it does so outside of the tape, on values that were read. */
export interface ClassCheckedLoss extends LossFunc {
  /** `values`: those of `targ`; `where` says of which batch. @throws E_LOSSES_CLASS with the id, its row and both shapes */
  checkTargets(pred: Pred, targ: Tensor, values: TypedArray, where: string): void;
}

export function isClassChecked(loss: LossFunc): loss is ClassCheckedLoss {
  return "checkTargets" in loss;
}

/** Place of the first of `values` that is no number from 0 to `classes` − 1, nor the one that is passed over; −1 where all are. */
function strayClass(values: TypedArray, classes: number, ignored: number | undefined): number {
  for (let i = 0; i < values.length; i++) {
    const id = values[i] ?? 0;
    if ((id >= 0 && id < classes && Number.isInteger(id)) || id === ignored) continue;
    return i;
  }
  return -1;
}

/** The check of one loss, by its class axis. */
export function classCheck(
  loss: string,
  classAxis: (pred: Tensor) => number,
  ignored: number | undefined,
): ClassCheckedLoss["checkTargets"] {
  return (pred, targ, values, where) => {
    if (Array.isArray(pred)) return; // refused where the loss is computed
    const tensor = pred as Tensor;
    const classes = tensor.shape[classAxis(tensor)] ?? 1;
    const at = strayClass(values, classes, ignored);
    if (at < 0) return;
    const row = Math.floor(at / (values.length / (targ.shape[0] ?? 1)));
    throw E_LOSSES_CLASS({ loss, id: values[at] ?? NaN, row, classes, ignored, preds: tensor.shape, targs: targ.shape, where });
  };
}
