import type { Host, LossFunc, Pred, Reduction, Spec, Tensor } from "@fastap/kernel";
import { add, mul, tidy } from "@tensorflow/tfjs-core";
import { isClassChecked, type ClassCheckedLoss } from "./class-ids.ts";
import { E_LOSSES_OPTION } from "./errors.ts";

/** One part of a sum. */
export interface LossPart {
  readonly loss: LossFunc;
  /** Factor; default 1. */
  readonly weight?: number;
}

export interface CombinedLoss extends ClassCheckedLoss {
  /** By name, unweighted: what `lossMetrics` of plugin metrics shows one by one. */
  readonly parts: ReadonlyMap<string, LossFunc>;
}

export interface CombinedLossOptions {
  /** Names, or names with options, of registered losses. Default focal and Dice. */
  readonly losses?: readonly Spec[];
  /** A factor for each; default 1. */
  readonly weights?: readonly number[];
  /** Default "mean". */
  readonly reduction?: Reduction;
}

/**
 * The weighted sum of losses of the same predictions and targets; decides as the first of them does. "none" needs parts of one shape.
 * @throws E_LOSSES_OPTION on no part or two of one name
 * @source fastai's CombinedLoss (Dice + Focal)
 */
export function combinedLoss(parts: readonly LossPart[], reduction: Reduction = "mean"): CombinedLoss {
  const name = "combinedLoss";
  const reduced = parts.map(({ loss, weight = 1 }) => ({ loss: loss.withReduction(reduction), weight }));
  const [first] = reduced;
  const byName = new Map(reduced.map(({ loss }) => [loss.name, loss]));
  if (first === undefined || byName.size < parts.length) {
    throw E_LOSSES_OPTION({
      loss: name,
      problem: "it needs at least one loss, and each only once",
      known: ["losses", "weights", "reduction"],
    });
  }
  return {
    name,
    yInt: reduced.every(({ loss }) => loss.yInt),
    reduction,
    parts: byName,
    forward: (pred: Pred, ...yb: readonly Tensor[]) =>
      tidy(() => reduced.map(({ loss, weight }) => mul(loss.forward(pred, ...yb), weight)).reduce((a, b) => add(a, b))),
    checkTargets: (...batch) => {
      for (const { loss } of reduced) if (isClassChecked(loss)) loss.checkTargets(...batch);
    },
    withReduction: (other) => combinedLoss(parts, other),
    activation: (pred) => first.loss.activation(pred),
    decodes: (pred) => first.loss.decodes(pred),
  };
}

/** From names. @throws E_LOSSES_OPTION, E_NAME_UNKNOWN */
export function combinedLossByName(raw: unknown, host: Host): CombinedLoss {
  const known = ["losses", "weights", "reduction"];
  const refuse = (problem: string): never => {
    throw E_LOSSES_OPTION({ loss: "combinedLoss", problem, known });
  };
  const given: Record<string, unknown> = { ...(raw as object) };
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray !== undefined) refuse(`unknown option "${stray}"`);
  const { losses = ["focalLossFlat", "diceLoss"], weights, reduction = "mean" } = given as CombinedLossOptions;
  if (!Array.isArray(losses)) refuse(`"losses" must be a list of names`);
  if (!["mean", "sum", "none"].includes(reduction)) refuse(`"reduction" cannot be ${JSON.stringify(reduction)}`);
  const factors = weights ?? losses.map(() => 1);
  if (!Array.isArray(factors) || factors.length !== losses.length || !factors.every((f) => Number.isFinite(f))) {
    refuse(`"weights" must be ${losses.length} numbers, one per loss`);
  }
  const parts = losses.map((spec, i) => ({ loss: host.registry("losses").make(spec), weight: factors[i] ?? 1 }));
  return combinedLoss(parts, reduction);
}
