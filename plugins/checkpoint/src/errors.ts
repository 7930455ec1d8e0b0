import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_CHECKPOINT_OPTION: Coded<{ option: string; expected: string; received: string; hint?: string }> = defineError(
  "E_CHECKPOINT_OPTION",
  ({ option, ...rest }) => ({ message: `bad option "${option}"`, ...rest, where: 'plugin "checkpoint"' }),
);

/** State that cannot be written down and read back as it was. */
export const E_CHECKPOINT_STATE: Coded<{ path: string; received: string }> = defineError("E_CHECKPOINT_STATE", ({ path, received }) => ({
  message: "a state to save is not plain data",
  expected: "numbers, texts, booleans, null, undefined, lists, plain objects, typed arrays",
  received,
  where: path,
  hint: "Return plain data from state().",
}));

/** A line per difference. */
export const E_CHECKPOINT_RECIPE: Coded<{ path: string; differences: readonly string[] }> = defineError(
  "E_CHECKPOINT_RECIPE",
  ({ path, differences }) => ({
    message: `the checkpoint was made by another recipe:\n${differences.map((line) => `  ${line}`).join("\n")}`,
    expected: "the recipe that made it",
    where: path,
    hint: "Restore the recipe, or train anew with another checkpoint directory. Nothing was changed.",
  }),
);

export const E_CHECKPOINT_VERSION: Coded<{ path: string; expected: number; received: string }> = defineError(
  "E_CHECKPOINT_VERSION",
  ({ path, expected, received }) => ({
    message: "the checkpoint has a format of another version",
    expected: `format ${expected}`,
    received: `format ${received}`,
    where: path,
    hint: "Resume with the version that wrote it.",
  }),
);

/** No checkpoint is whole, or the one that was asked for is not. */
export const E_CHECKPOINT_DAMAGED: Coded<{ dir: string; refused: readonly { readonly path: string; readonly problem: string }[] }> =
  defineError("E_CHECKPOINT_DAMAGED", ({ dir, refused }) => ({
    message: `no checkpoint can be used:\n${refused.map(({ path, problem }) => `  ${path}: ${problem}`).join("\n")}`,
    expected: "at least one whole checkpoint",
    where: dir,
    hint: "Copy one back from a backup, or move the directory away to train anew.",
  }));

/** A checkpoint that passed every check of its bytes and still does not fit, or cannot be put back. */
export const E_CHECKPOINT_RESTORE: Coded<{ path: string; part: string; problem: string }> = defineError(
  "E_CHECKPOINT_RESTORE",
  ({ path, part, problem }) => ({
    message: `the ${part} cannot be put back: ${problem}`,
    where: path,
    hint: "Was it made with this model and these callbacks?",
  }),
);

export const E_CHECKPOINT_SAVE: Coded<{ dir: string; problem: string }> = defineError("E_CHECKPOINT_SAVE", ({ dir, problem }) => ({
  message: `the checkpoint cannot be written: ${problem}`,
  where: dir,
  hint: "Earlier checkpoints are as they were.",
}));

/** The run was asked to stop, and has saved itself. */
export const E_CHECKPOINT_STOPPED: Coded<{ path: string; step: number }> = defineError("E_CHECKPOINT_STOPPED", ({ path, step }) => ({
  message: `stopped after step ${step}; all of the run is saved`,
  where: path,
  hint: "fit(..., { resume: true }) or fastap train --resume goes on from there.",
}));
