import type { LossFunc, Reduction } from "@fastap/kernel";
import { classLoss } from "./class-loss.ts";
import { classWeight } from "./class-weight.ts";
import type { LossEngine } from "./ops.ts";
import { parseOptions } from "./options.ts";

export interface CrossEntropyLossOptions {
  /** Of the classes, in predictions. Default −1; PyTorch-shaped segmentation has 1. */
  readonly axis?: number;
  /** One factor per class; a weighted mean divides by the weights' sum. Default null. */
  readonly weight?: readonly number[] | null;
  /** Targets of this class count for nothing. Default −100. */
  readonly ignoreIndex?: number;
  /** Default "mean". */
  readonly reduction?: Reduction;
  /** Share of the target spread over all classes, 0…1. Default 0. */
  readonly labelSmoothing?: number;
}

const defaults: Required<CrossEntropyLossOptions> = { axis: -1, weight: null, ignoreIndex: -100, reduction: "mean", labelSmoothing: 0 };

/**
 * Softmax cross-entropy of logits `[…, classes]` and int32 class numbers `[…]`.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.CrossEntropyLossFlat
 */
export function crossEntropyLossFlat(engine: LossEngine, options?: CrossEntropyLossOptions): LossFunc {
  const name = "crossEntropyLossFlat";
  const { axis, weight, ignoreIndex, reduction, labelSmoothing } = parseOptions(name, defaults, options);
  return classLoss({
    name,
    reduction,
    axis,
    ignoreIndex,
    compute: (pred, targ, red) =>
      engine.ops.softmaxCrossEntropy(pred, targ, { reduction: red, ignoreIndex, labelSmoothing, ...classWeight(name, weight, pred) }),
  });
}
