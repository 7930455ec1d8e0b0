import type { LossFunc, Reduction, Tensor } from "@fastap/kernel";
import { abs, squaredDifference, sub } from "@tensorflow/tfjs-core";
import { baseLoss, reduce } from "./base-loss.ts";
import { parseOptions } from "./options.ts";

export interface RegressionLossOptions {
  /** Default −1. */
  readonly axis?: number;
  /** Default "mean". */
  readonly reduction?: Reduction;
}

/** Squared error of two tensors of equal size, any shape. @throws E_LOSSES_OPTION @source fastai.losses.MSELossFlat */
export function mseLossFlat(options?: RegressionLossOptions): LossFunc {
  return regressionLoss("mseLossFlat", squaredDifference, options);
}

/** Absolute error of two tensors of equal size, any shape. @throws E_LOSSES_OPTION @source fastai.losses.L1LossFlat */
export function l1LossFlat(options?: RegressionLossOptions): LossFunc {
  return regressionLoss("l1LossFlat", (p, t) => abs(sub(p, t)), options);
}

function regressionLoss(name: string, error: (pred: Tensor, targ: Tensor) => Tensor, options: RegressionLossOptions | undefined): LossFunc {
  const { axis, reduction } = parseOptions<Required<RegressionLossOptions>>(name, { axis: -1, reduction: "mean" }, options);
  return baseLoss({
    name,
    yInt: false,
    reduction,
    axis,
    targets: "numbers",
    flatten: "flat",
    compute: (p, t, red) => reduce(error(p, t), red),
  });
}
