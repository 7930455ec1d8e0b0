import type { LossFunc, Reduction, Tensor } from "@fastap/kernel";
import { abs, add, exp, getBackend, greater, log, log1p, maximum, mul, neg, relu, sigmoid, sub, tensor1d } from "@tensorflow/tfjs-core";
import { baseLoss, reduce } from "./base-loss.ts";
import { E_LOSSES_SHAPE } from "./errors.ts";
import { parseOptions } from "./options.ts";

export interface BCEWithLogitsOptions {
  /** Default −1. */
  readonly axis?: number;
  /** A label is decided when its probability exceeds this. Default 0.5. */
  readonly thresh?: number;
  /** Factor of the positive part per label (last axis); with it, shapes are not flattened. Default null. */
  readonly posWeight?: readonly number[] | null;
  /** Factor of the loss per label (last axis); with it, shapes are not flattened. Default null. */
  readonly weight?: readonly number[] | null;
  /** Default "mean". */
  readonly reduction?: Reduction;
}

export type BCEOptions = Pick<BCEWithLogitsOptions, "axis" | "weight" | "reduction">;

const defaults: Required<BCEWithLogitsOptions> = { axis: -1, thresh: 0.5, posWeight: null, weight: null, reduction: "mean" };

/**
 * Binary cross-entropy of logits and 0/1 targets of equal size, any shape; decodes to bool.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.BCEWithLogitsLossFlat
 */
export function bceWithLogitsLossFlat(options?: BCEWithLogitsOptions): LossFunc {
  const name = "bceWithLogitsLossFlat";
  const { axis, thresh, posWeight, weight, reduction } = parseOptions(name, defaults, options);
  const each = (z: Tensor, y: Tensor): Tensor =>
    posWeight === null ? logitsLoss(z, y) : weightedLogitsLoss(z, y, labelWeight(name, "posWeight", posWeight, z));
  const scaled = (z: Tensor, y: Tensor): Tensor => (weight === null ? each(z, y) : mul(each(z, y), labelWeight(name, "weight", weight, z)));
  return baseLoss({
    name,
    yInt: false,
    reduction,
    axis,
    targets: "numbers",
    flatten: posWeight === null && weight === null ? "flat" : "none",
    compute: (z, y, red) => reduce(scaled(z, y), red),
    activation: (pred) => sigmoid(pred),
    decodes: (pred) => greater(pred, thresh),
  });
}

/**
 * Binary cross-entropy of probabilities and 0/1 targets of equal size, any shape; logarithms end at −100.
 * @throws E_LOSSES_OPTION
 * @source fastai.losses.BCELossFlat
 */
export function bceLossFlat(options?: BCEOptions): LossFunc {
  const name = "bceLossFlat";
  const { axis, weight, reduction } = parseOptions<Required<BCEOptions>>(name, { axis: -1, weight: null, reduction: "mean" }, options);
  const compute = (p: Tensor, y: Tensor, red: Reduction): Tensor => {
    const hit = mul(y, maximum(log(p), -100));
    const miss = mul(sub(1, y), maximum(log(sub(1, p)), -100));
    const each = neg(add(hit, miss));
    return reduce(weight === null ? each : mul(each, labelWeight(name, "weight", weight, p)), red);
  };
  return baseLoss({ name, yInt: false, reduction, axis, targets: "numbers", flatten: weight === null ? "flat" : "none", compute });
}

/** max(z, 0) − z·y + log(1 + e^−|z|): no overflow at any z. */
function logitsLoss(z: Tensor, y: Tensor): Tensor {
  return add(sub(relu(z), mul(z, y)), softLog(z));
}

/** (1 − y)·z + (1 + (w − 1)·y)·(log(1 + e^−|z|) + max(−z, 0)) */
function weightedLogitsLoss(z: Tensor, y: Tensor, weight: Tensor): Tensor {
  const factor = add(1, mul(sub(weight, 1), y));
  return add(mul(sub(1, y), z), mul(factor, add(softLog(z), relu(neg(z)))));
}

function softLog(z: Tensor): Tensor {
  return log1p(exp(neg(abs(z))));
}

function labelWeight(loss: string, option: string, weight: readonly number[], z: Tensor): Tensor {
  const labels = z.shape.at(-1) ?? 0;
  if (weight.length !== 1 && weight.length !== labels) {
    throw E_LOSSES_SHAPE({
      loss,
      backend: getBackend(),
      message: `one ${option} per label`,
      expected: `${labels} or 1`,
      received: `${weight.length}`,
    });
  }
  return tensor1d([...weight], "float32");
}
