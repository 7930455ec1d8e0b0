import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_TRAINING_OPTION: Coded<{ callback: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_TRAINING_OPTION",
  ({ callback, problem, known, option }) => ({
    message: `${callback}: ${problem}`,
    expected: known.length === 0 ? "no options" : `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);
