import type { LossFunc, Reduction } from "@fastap/kernel";
import { add, logSoftmax, mul, neg, sum } from "@tensorflow/tfjs-core";
import { reduce } from "./base-loss.ts";
import { classLoss } from "./class-loss.ts";
import { classWeight } from "./class-weight.ts";
import type { LossEngine } from "./ops.ts";
import { parseOptions } from "./options.ts";

export interface LabelSmoothingOptions {
  /** Default −1. Activation and decodes use the last axis whatever this says, as in fastai. */
  readonly axis?: number;
  /** Share of the target spread evenly over all classes. Default 0.1. */
  readonly eps?: number;
  /** One factor per class, on the share of the target itself. Default null. */
  readonly weight?: readonly number[] | null;
  /** Default "mean". */
  readonly reduction?: Reduction;
}

const defaults: Required<LabelSmoothingOptions> = { axis: -1, eps: 0.1, weight: null, reduction: "mean" };

/**
 * (eps/C)·Σ −log p + (1 − eps)·cross-entropy, for logits `[…, classes]` and int32 class numbers `[…]`.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.LabelSmoothingCrossEntropyFlat
 */
export function labelSmoothingCrossEntropyFlat(engine: LossEngine, options?: LabelSmoothingOptions): LossFunc {
  const name = "labelSmoothingCrossEntropyFlat";
  const { axis, eps, weight, reduction } = parseOptions(name, defaults, options);
  return classLoss({
    name,
    reduction,
    axis,
    compute: (pred, targ, red) => {
      const even = reduce(neg(sum(logSoftmax(pred), -1)), red);
      const nll = engine.ops.softmaxCrossEntropy(pred, targ, { reduction: red, ignoreIndex: -100, ...classWeight(name, weight, pred) });
      return add(mul(even, eps / (pred.shape.at(-1) ?? 1)), mul(nll, 1 - eps));
    },
    decideOver: -1,
  });
}
