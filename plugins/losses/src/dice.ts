import type { LossFunc, Reduction, Tensor } from "@fastap/kernel";
import { add, cast, div, mul, oneHot, softmax, square, sub, sum } from "@tensorflow/tfjs-core";
import { argMaxOver, softmaxOver } from "./axis.ts";
import { baseLoss, reduce } from "./base-loss.ts";
import { parseOptions } from "./options.ts";

export interface DiceLossOptions {
  /** Of the classes. Default −1 (channels last); PyTorch-shaped segmentation has 1. */
  readonly axis?: number;
  /** Default 1e-6. */
  readonly smooth?: number;
  /** Over items and classes. Default "sum". */
  readonly reduction?: Reduction;
  /** Square probabilities and targets in the union. Default false. */
  readonly squareInUnion?: boolean;
}

const defaults: Required<DiceLossOptions> = { axis: -1, smooth: 1e-6, reduction: "sum", squareInUnion: false };

/**
 * 1 − (2I + s)/(U + s) per item and class, for logits `[batch, …, classes]` and int32 class numbers `[batch, …]`; "none" gives `[batch, classes]`.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.DiceLoss
 */
export function diceLoss(options?: DiceLossOptions): LossFunc {
  const name = "diceLoss";
  const { axis, reduction, ...shape } = parseOptions(name, defaults, options);
  return baseLoss({
    name,
    yInt: false,
    reduction,
    axis,
    targets: "classes",
    flatten: "items",
    compute: (pred, targ, red) => reduce(diceByClass(pred, targ, shape), red),
    activation: (pred) => softmaxOver(pred, axis),
    decodes: (pred) => argMaxOver(pred, axis),
  });
}

/** `[batch, n, classes]` and `[batch, n]` → `[batch, classes]`. */
function diceByClass(pred: Tensor, targ: Tensor, { smooth, squareInUnion }: { smooth: number; squareInUnion: boolean }): Tensor {
  const p = softmax(pred);
  const t = cast(oneHot(targ, pred.shape.at(-1) ?? 1), "float32");
  const both = sum(mul(p, t), 1);
  const union = sum(squareInUnion ? add(square(p), t) : add(p, t), 1);
  return sub(1, div(add(mul(both, 2), smooth), add(union, smooth)));
}
