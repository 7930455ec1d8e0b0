import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;
interface Mismatch {
  readonly loss: string;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
}

export const E_LOSSES_OPTION: Coded<{ loss: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_LOSSES_OPTION",
  ({ loss, problem, known, option }) => ({
    message: `${loss}: ${problem}`,
    expected: `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

/** A prediction or a number of targets that a loss cannot take. */
export const E_LOSSES_INPUT: Coded<Mismatch> = defineError("E_LOSSES_INPUT", ({ loss, ...rest }) => ({ ...rest, where: loss }));

export const E_LOSSES_SHAPE: Coded<Mismatch> = defineError("E_LOSSES_SHAPE", ({ loss, ...rest }) => ({ ...rest, where: loss }));

export const E_LOSSES_DTYPE: Coded<Mismatch> = defineError("E_LOSSES_DTYPE", ({ loss, ...rest }) => ({ ...rest, where: loss }));
