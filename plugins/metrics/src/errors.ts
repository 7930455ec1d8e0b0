import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;
interface Mismatch {
  readonly metric: string;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
}

export const E_METRICS_OPTION: Coded<{ metric: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_METRICS_OPTION",
  ({ metric, problem, known, option }) => ({
    message: `${metric}: ${problem}`,
    expected: known.length === 0 ? "no options" : `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

/** Predictions or targets that a metric cannot take. */
export const E_METRICS_INPUT: Coded<Mismatch> = defineError("E_METRICS_INPUT", ({ metric, ...rest }) => ({ ...rest, where: metric }));

/** Predictions and targets of sizes that do not go together. */
export const E_METRICS_SHAPE: Coded<{ metric: string; expected: string; preds: readonly number[]; targs: readonly number[] }> = defineError(
  "E_METRICS_SHAPE",
  ({ metric, expected, preds, targs }) => ({
    message: `${metric}: targets do not fit the predictions`,
    expected,
    received: `predictions [${preds.join(", ")}], targets [${targs.join(", ")}]`,
    where: metric,
  }),
);

interface ClassId {
  readonly metric: string;
  readonly id: number;
  /** Position in the batch's targets, row-major. */
  readonly item: number;
  readonly classes: number;
  readonly preds: readonly number[];
  readonly targs: readonly number[];
}

/** A target that is no class of the predictions. */
export const E_METRICS_CLASS: Coded<ClassId> = defineError("E_METRICS_CLASS", ({ metric, id, item, classes, preds, targs }) => ({
  message: `${metric}: target ${item} of the batch is ${id}, which is no class of the predictions`,
  expected: Number.isFinite(classes) ? `whole numbers 0…${classes - 1}` : "whole numbers from 0",
  received: `${id}, with predictions [${preds.join(", ")}], targets [${targs.join(", ")}]`,
  where: metric,
  hint: "Give the model as many outputs as there are classes, or another class axis to the metric.",
}));
