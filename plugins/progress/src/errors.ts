import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

interface BadOption {
  readonly option: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

export const E_PROGRESS_OPTION: (details: BadOption, cause?: unknown) => FastapError = defineError(
  "E_PROGRESS_OPTION",
  ({ option, expected, received, hint }: BadOption) => ({
    message: `bad option "${option}"`,
    expected,
    received,
    where: 'plugin "progress"',
    hint,
  }),
);

export const E_PROGRESS_GRAPH: (details: { readonly file: string; readonly problem: string }, cause?: unknown) => FastapError = defineError(
  "E_PROGRESS_GRAPH",
  ({ file, problem }: { readonly file: string; readonly problem: string }) => ({
    message: `the graph cannot be written: ${problem}`,
    where: file,
    hint: "Choose another file.",
  }),
);
