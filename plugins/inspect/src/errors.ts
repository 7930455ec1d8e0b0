import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_INSPECT_MODEL: Coded<{ received: string }> = defineError("E_INSPECT_MODEL", ({ received }) => ({
  message: "this model cannot be looked into",
  expected: "a model with children() and observe(), as those of @fastap/plugin-nn",
  received,
}));

export const E_INSPECT_OPTION: Coded<{ callback: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_INSPECT_OPTION",
  ({ callback, problem, known, option }) => ({
    message: `${callback}: ${problem}`,
    expected: `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

/** Something of a model that is not there or never showed. */
export const E_INSPECT_LAYER: Coded<{ message: string; expected: string; received: string }> = defineError("E_INSPECT_LAYER", (d) => d);

/** Statistics that were not recorded. */
export const E_INSPECT_STATS: Coded<{ message: string; expected: string; received: string; hint?: string }> = defineError(
  "E_INSPECT_STATS",
  (d) => d,
);
