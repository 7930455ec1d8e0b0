import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_MIXUP_OPTION: Coded<{ callback: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_MIXUP_OPTION",
  ({ callback, problem, known, option }) => ({
    message: `${callback}: ${problem}`,
    expected: known.length === 0 ? "no options" : `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

export const E_MIXUP_IMAGES: Coded<{ received: readonly number[] | undefined }> = defineError("E_MIXUP_IMAGES", ({ received }) => ({
  message: "CutMix needs images",
  expected: "a first input [batch, height, width, channels]",
  received: received === undefined ? "no input" : `[${received.join(", ")}]`,
  where: "cutMix, beforeBatch",
  hint: "MixUp takes inputs of any shape.",
}));
