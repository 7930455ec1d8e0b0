import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_LOGGER_CSV_OPTION: Coded<{ option: string; expected: string; received: string; hint?: string }> = defineError(
  "E_LOGGER_CSV_OPTION",
  ({ option, ...rest }) => ({ message: `bad option "${option}"`, ...rest, where: 'plugin "logger-csv"' }),
);

export const E_LOGGER_CSV_FILE: Coded<{ file: string; problem: string }> = defineError("E_LOGGER_CSV_FILE", ({ file, problem }) => ({
  message: `the log cannot be written: ${problem}`,
  where: file,
  hint: "Choose another fname, or make its directory writable.",
}));
