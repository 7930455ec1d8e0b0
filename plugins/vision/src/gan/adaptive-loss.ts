import type { LossFunc, Tensor } from "@fastap/kernel";
import { add, cast, div, equal, fill, greater, mean, mul, reshape, sigmoid, zerosLike } from "@tensorflow/tfjs-core";
import type { CritLossFunc, GenLossFunc } from "./gan-loss.ts";

type TwoArgs = (output: Tensor, target: Tensor) => Tensor;

/** One target per item, in the shape of the output. */
function expanded(output: Tensor, target: Tensor): Tensor {
  const column = reshape(cast(target, "float32"), [target.shape[0] ?? 1, ...output.shape.slice(1).map(() => 1)]);
  return add(zerosLike(output), column);
}

/** The loss with a target `[batch]` made as large as the output. @source fastai.vision.gan.AdaptiveLoss */
export function adaptiveLoss(crit: LossFunc | TwoArgs): TwoArgs {
  const loss: TwoArgs = typeof crit === "function" ? crit : (output, target) => crit.forward(output, target);
  return (output, target) => loss(output, expanded(output, target));
}

/** Share of the outputs on the right side of `thresh`, the target `[batch]` made as large. @source fastai.vision.gan.accuracy_thresh_expand */
export function accuracyThreshExpand(pred: Tensor, target: Tensor, thresh: number = 0.5, applySigmoid: boolean = true): Tensor {
  const output = applySigmoid ? sigmoid(pred) : pred;
  return mean(cast(equal(cast(greater(output, thresh), "float32"), expanded(output, target)), "float32"));
}

/**
 * Losses of a GAN from one of images and one of the critic: weights are those of the critic's word and of the images'.
 * @source fastai.vision.gan.gan_loss_from_func
 */
export function ganLossFromFunc(
  lossGen: TwoArgs,
  lossCrit: TwoArgs,
  weightsGen: readonly [critic: number, image: number] = [1, 1],
): { readonly gen: GenLossFunc; readonly crit: CritLossFunc } {
  return {
    gen: (fakePred, output, target) =>
      add(mul(lossCrit(fakePred, ofItems(fakePred, 1)), weightsGen[0]), mul(lossGen(output, target), weightsGen[1])),
    crit: (realPred, fakePred) => div(add(lossCrit(realPred, ofItems(realPred, 1)), lossCrit(fakePred, ofItems(fakePred, 0))), 2),
  };
}

/** The value for each item. */
function ofItems(pred: Tensor, value: number): Tensor {
  return fill([pred.shape[0] ?? 0], value);
}
