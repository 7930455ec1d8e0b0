import type { LossFunc, Reduction } from "@fastap/kernel";
import { exp, mul, neg, pow, sub } from "@tensorflow/tfjs-core";
import { reduce } from "./base-loss.ts";
import { classLoss } from "./class-loss.ts";
import { classWeight } from "./class-weight.ts";
import type { LossEngine } from "./ops.ts";
import { parseOptions } from "./options.ts";

export interface FocalLossOptions {
  /** Default −1. */
  readonly axis?: number;
  /** 0 is cross-entropy. Default 2. */
  readonly gamma?: number;
  /** One factor per class. It also enters the probability, as in fastai. Default null. */
  readonly weight?: readonly number[] | null;
  /** Default "mean", a plain one even with weights. */
  readonly reduction?: Reduction;
}

const defaults: Required<FocalLossOptions> = { axis: -1, gamma: 2, weight: null, reduction: "mean" };

/**
 * (1 − p)^γ · ce with p = e^−ce, for logits `[…, classes]` and int32 class numbers `[…]`.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.FocalLossFlat, Lin et al. 2017, arXiv:1708.02002
 */
export function focalLossFlat(engine: LossEngine, options?: FocalLossOptions): LossFunc {
  const name = "focalLossFlat";
  const { axis, gamma, weight, reduction } = parseOptions(name, defaults, options);
  return classLoss({
    name,
    reduction,
    axis,
    compute: (pred, targ, red) => {
      const ce = engine.ops.softmaxCrossEntropy(pred, targ, { reduction: "none", ignoreIndex: -100, ...classWeight(name, weight, pred) });
      return reduce(mul(pow(sub(1, exp(neg(ce))), gamma), ce), red);
    },
  });
}
