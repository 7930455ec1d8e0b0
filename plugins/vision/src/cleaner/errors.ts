import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

/** Data whose images have no files, or none at all. */
export const E_CLEANER_DATA: Coded<{ problem: string; expected: string; received: string }> = defineError(
  "E_CLEANER_DATA",
  ({ problem, ...rest }) => ({ message: `these data cannot be cleaned: ${problem}`, ...rest, where: "task.data" }),
);

/** A model for other classes than the data have. */
export const E_CLEANER_VOCAB: Coded<{ expected: string; received: string }> = defineError("E_CLEANER_VOCAB", (d) => ({
  message: "the model was made for other classes than the data have",
  ...d,
  where: "fastap clean",
  hint: "Give the data the model's classes (vocab), or train a model for these.",
}));

/** A CSV that cannot be written, or is no reviewed one. */
export const E_CLEANER_CSV: Coded<{ file: string; problem: string; hint: string }> = defineError(
  "E_CLEANER_CSV",
  ({ file, problem, hint }) => ({ message: `${file} cannot hold what is decided: ${problem}`, where: file, hint }),
);

export const E_CLEANER_PORT: Coded<{ port: number; problem: string }> = defineError("E_CLEANER_PORT", ({ port, problem }) => ({
  message: `the page cannot be served: ${problem}`,
  received: `port ${port}`,
  hint: "Leave the port out, and a free one is taken.",
}));

/** What the page asks for and there is not. */
export const E_CLEANER_REQUEST: Coded<{ what: string; expected: string; received: string }> = defineError(
  "E_CLEANER_REQUEST",
  ({ what, ...rest }) => ({ message: `${what} is wrong`, ...rest }),
);
