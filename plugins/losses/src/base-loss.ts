import type { LossFunc, Pred, Reduction, Tensor } from "@fastap/kernel";
import { cast, getBackend, mean, reshape, sum, tidy, util } from "@tensorflow/tfjs-core";
import { axisOf, swapLast } from "./axis.ts";
import { classCheck, type ClassCheckedLoss } from "./class-ids.ts";
import { E_LOSSES_DTYPE, E_LOSSES_INPUT, E_LOSSES_SHAPE } from "./errors.ts";

/** What one loss adds to the common treatment of predictions and targets. */
export interface LossRule {
  readonly name: string;
  /** Targets are class numbers. */
  readonly yInt: boolean;
  readonly reduction: Reduction;
  /** Class axis, exchanged with the last one of prediction and target. Default −1. */
  readonly axis?: number;
  /** int32 class numbers, or numbers of any type that are computed with as float32. */
  readonly targets: "classes" | "numbers";
  /** Class number of targets that count for nothing. */
  readonly ignoreIndex?: number;
  /** "rows": `[rows, classes]` and `[rows]`; "items": `[batch, n, classes]` and `[batch, n]`; "flat": both `[n]`; "none": equal shapes stay. */
  readonly flatten: "rows" | "items" | "flat" | "none";
  /** The loss of treated inputs, reduced. */
  readonly compute: (pred: Tensor, targ: Tensor, reduction: Reduction) => Tensor;
  /** Default: the prediction itself. */
  readonly activation?: (pred: Tensor) => Tensor;
  readonly decodes?: (pred: Tensor) => Tensor;
}

/**
 * A loss by its rule: checks inputs before any operation, swaps the class axis to the end, flattens, computes. Results belong to the caller,
 * but where a rule has no activation or decodes they are the very tensors given.
 * @source fastai.losses.BaseLoss
 */
export function baseLoss(rule: LossRule): LossFunc | ClassCheckedLoss {
  const { name, yInt, reduction, axis = -1, ignoreIndex } = rule;
  const checked =
    rule.targets === "classes" ? { checkTargets: classCheck(name, ({ rank }) => axisOf(axis, rank) ?? rank - 1, ignoreIndex) } : {};
  return {
    ...checked,
    name,
    yInt,
    reduction,
    forward: (pred, ...yb) => {
      const inputs = checkInputs(rule, pred, yb);
      return tidy(() => {
        const { p, t } = shaped(rule, inputs);
        return rule.compute(p, t, reduction);
      });
    },
    withReduction: (other) => baseLoss({ ...rule, reduction: other }),
    activation: (pred) => apply(rule, pred, rule.activation),
    decodes: (pred) => apply(rule, pred, rule.decodes),
  };
}

/** Reduces unreduced losses. */
export function reduce(loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return loss;
  return reduction === "mean" ? mean(loss) : sum(loss);
}

function apply(rule: LossRule, pred: Pred, f: ((pred: Tensor) => Tensor) | undefined): Pred {
  return f === undefined ? pred : tidy(() => f(single(rule, pred)));
}

interface Inputs {
  readonly p: Tensor;
  readonly t: Tensor;
}

function shaped({ axis = -1, flatten, targets }: LossRule, given: Inputs): Inputs {
  const p = swapLast(given.p, axis);
  const t = ofType(swapLast(given.t, axis), targets === "classes" ? "int32" : "float32");
  const classes = p.shape.at(-1) ?? 1;
  switch (flatten) {
    case "none":
      return { p, t };
    case "flat":
      return { p: ofShape(p, [p.size]), t: ofShape(t, [t.size]) };
    case "rows":
      return { p: ofShape(p, [p.size / classes, classes]), t: ofShape(t, [t.size]) };
    case "items": {
      const batch = p.shape[0] ?? 1;
      return { p: reshape(p, [batch, -1, classes]), t: reshape(t, [batch, -1]) };
    }
  }
}

/** tfjs runs, and remembers for the gradient, also what changes nothing. */
function ofType(x: Tensor, dtype: "int32" | "float32"): Tensor {
  return x.dtype === dtype ? x : cast(x, dtype);
}

function ofShape(x: Tensor, shape: number[]): Tensor {
  return util.arraysEqual(x.shape, shape) ? x : reshape(x, shape);
}

function checkInputs(rule: LossRule, pred: Pred, yb: readonly Tensor[]): Inputs {
  const inp = single(rule, pred);
  const targ = yb[0];
  if (targ === undefined || yb.length !== 1) {
    throw E_LOSSES_INPUT({ loss: rule.name, message: "a loss takes one target", expected: "1 target tensor", received: `${yb.length}` });
  }
  checkTypes(rule, inp, targ);
  checkShapes(rule, inp, targ);
  return { p: inp, t: targ };
}

function checkTypes({ name: loss, targets }: LossRule, inp: Tensor, targ: Tensor): void {
  if (inp.dtype !== "float32") {
    throw E_LOSSES_DTYPE({ loss, backend: getBackend(), message: "predictions must be floats", expected: "float32", received: inp.dtype });
  }
  if (targets === "classes" ? targ.dtype === "int32" : ["float32", "int32", "bool"].includes(targ.dtype)) return;
  const expected = targets === "classes" ? "int32 class numbers" : "numbers";
  throw E_LOSSES_DTYPE({ loss, backend: getBackend(), message: "wrong type of targets", expected, received: targ.dtype });
}

function checkShapes({ name: loss, flatten, axis = -1 }: LossRule, inp: Tensor, targ: Tensor): void {
  const classAxis = axisOf(axis, inp.rank);
  const received = (): string => `predictions ${text(inp)}, targets ${text(targ)}`;
  if (classAxis === undefined || (axis !== -1 && axisOf(axis, targ.rank) === undefined)) {
    throw E_LOSSES_SHAPE({
      loss,
      backend: getBackend(),
      message: "the class axis does not exist",
      expected: `axis ${axis} in both`,
      received: received(),
    });
  }
  const rows = rowsOf(inp, classAxis);
  const kind = flatten === "items" ? "rows" : flatten;
  const same = kind !== "none" || util.arraysEqual(targ.shape, inp.shape);
  if (targ.size === (kind === "rows" ? rows : inp.size) && same) return;
  const expected = { rows: `${rows} targets, one per row`, flat: `${inp.size} targets`, none: `targets ${text(inp)}` }[kind];
  throw E_LOSSES_SHAPE({ loss, backend: getBackend(), message: "targets do not fit the predictions", expected, received: received() });
}

function rowsOf({ size, shape }: Tensor, classAxis: number): number {
  return size / (shape[classAxis] ?? 1);
}

function single({ name: loss }: LossRule, pred: Pred): Tensor {
  if (!Array.isArray(pred)) return pred as Tensor;
  const message = "a loss takes one prediction; a callback must pick it in afterPred";
  throw E_LOSSES_INPUT({ loss, message, expected: "one tensor", received: `a list of ${pred.length}` });
}

function text({ shape }: Tensor): string {
  return `[${shape.join(", ")}]`;
}
