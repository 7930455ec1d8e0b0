import type { LossFunc } from "@fastap/kernel";
import { argMaxOver, softmaxOver } from "./axis.ts";
import { baseLoss, type LossRule } from "./base-loss.ts";

interface ClassRule extends Pick<Required<LossRule>, "name" | "reduction" | "axis" | "compute"> {
  /** Axis of activation and decodes; default `axis`. */
  readonly decideOver?: number;
  /** Default −100, PyTorch's. */
  readonly ignoreIndex?: number;
}

/** A loss of logits, one per class, against class numbers: softmax activates, the largest decides. */
export function classLoss({ decideOver, ignoreIndex = -100, ...rule }: ClassRule): LossFunc {
  const over = decideOver ?? rule.axis;
  return baseLoss({
    ...rule,
    ignoreIndex,
    yInt: true,
    targets: "classes",
    flatten: "rows",
    activation: (pred) => softmaxOver(pred, over),
    decodes: (pred) => argMaxOver(pred, over),
  });
}
