import { defineError, type FastapError } from "@fastap/kernel";

interface OptionDetails {
  readonly expected: string;
  readonly received: unknown;
  readonly hint?: string;
}

export const E_GRAD_NORM_OPTION: (details: OptionDetails) => FastapError = defineError("E_GRAD_NORM_OPTION", (d: OptionDetails) => ({
  message: "the options of grad-norm are not valid",
  expected: d.expected,
  received: JSON.stringify(d.received),
  where: 'plugin "grad-norm"',
  hint: d.hint,
}));
