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

/** Decided predictions and targets are not equally many. */
export const E_METRICS_LENGTH: Coded<{ metric: string; preds: number; targs: number }> = defineError(
  "E_METRICS_LENGTH",
  ({ metric, preds, targs }) => ({
    message: `${metric} compares predictions and targets one by one`,
    expected: `${preds} targets`,
    received: `${targs}`,
    where: metric,
  }),
);
