import type { Tensor } from "@fastap/kernel";
import { getBackend, tensor1d } from "@tensorflow/tfjs-core";
import { E_LOSSES_SHAPE } from "./errors.ts";

/** Weights as the tensor that `softmaxCrossEntropy` takes, made per call so that a loss owns nothing. @throws E_LOSSES_SHAPE */
export function classWeight(loss: string, weight: readonly number[] | null, pred: Tensor): { readonly weight?: Tensor } {
  if (weight === null) return {};
  const classes = pred.shape.at(-1) ?? 0;
  if (weight.length !== classes) {
    throw E_LOSSES_SHAPE({
      loss,
      backend: getBackend(),
      message: "one weight per class",
      expected: `${classes} weights`,
      received: `${weight.length}`,
    });
  }
  return { weight: tensor1d([...weight], "float32") };
}
