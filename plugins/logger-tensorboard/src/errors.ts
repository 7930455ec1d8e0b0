import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_LOGGER_TENSORBOARD_OPTION: Coded<{ option: string; expected: string; received: string; hint?: string }> = defineError(
  "E_LOGGER_TENSORBOARD_OPTION",
  ({ option, ...rest }) => ({ message: `bad option "${option}"`, ...rest, where: 'plugin "logger-tensorboard"' }),
);

export const E_LOGGER_TENSORBOARD_FILE: Coded<{ file: string; problem: string }> = defineError(
  "E_LOGGER_TENSORBOARD_FILE",
  ({ file, problem }) => ({
    message: `the event file cannot be written: ${problem}`,
    where: file,
    hint: "Choose another logDir, or make it writable.",
  }),
);

export const E_LOGGER_TENSORBOARD_VECTORS: Coded<{ expected: string; received: string }> = defineError(
  "E_LOGGER_TENSORBOARD_VECTORS",
  (details) => ({ message: "the vectors to project do not fit together", ...details, where: "writeProjector" }),
);
