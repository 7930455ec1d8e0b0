import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;
interface Mismatch {
  readonly message: string;
  readonly expected: string;
  readonly received: string;
}

export const E_OPTIMIZERS_HYPER_UNKNOWN: Coded<{ optimizer: string; name: string; known: readonly string[] }> = defineError(
  "E_OPTIMIZERS_HYPER_UNKNOWN",
  ({ optimizer, name, known }) => ({
    message: `${optimizer} has no hyper "${name}"`,
    expected: `one of ${known.join(", ")}`,
    received: name,
    hint: didYouMean(name, known),
  }),
);

export const E_OPTIMIZERS_HYPER_COUNT: Coded<{ name: string; values: number; groups: number }> = defineError(
  "E_OPTIMIZERS_HYPER_COUNT",
  ({ name, values, groups }) => ({
    message: `hyper "${name}" got ${values} values for ${groups} parameter groups`,
    expected: `one number, a slice, or ${groups} values`,
    received: `${values} values`,
  }),
);

export const E_OPTIMIZERS_HYPER_VALUE: Coded<{ name: string; received: string }> = defineError(
  "E_OPTIMIZERS_HYPER_VALUE",
  ({ name, received }) => ({
    message: `hyper "${name}" must be finite${name === "lr" ? " and not below 0" : ""}`,
    expected: "a number, a list with one per group, or { slice: [start, stop] } with both of one sign",
    received,
  }),
);

export const E_OPTIMIZERS_OPTION: Coded<{ optimizer: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_OPTIMIZERS_OPTION",
  ({ optimizer, problem, known, option }) => ({
    message: `${optimizer}: ${problem}`,
    expected: `options ${known.join(", ")}`,
    received: option,
    hint: optionHint(option, known),
  }),
);

/** Groups, names or tensors that an optimizer cannot work on. */
export const E_OPTIMIZERS_PARAMS: Coded<Mismatch> = defineError("E_OPTIMIZERS_PARAMS", (d) => ({ ...d, where: "parameter groups" }));

export const E_OPTIMIZERS_GRAD: Coded<{ param: string; expected: string; received: string }> = defineError(
  "E_OPTIMIZERS_GRAD",
  ({ param, expected, received }) => ({ message: "a gradient does not fit its parameter", expected, received, where: param }),
);

export const E_OPTIMIZERS_FREEZE: Coded<{ n: number; groups: number }> = defineError("E_OPTIMIZERS_FREEZE", ({ n, groups }) => ({
  message: `cannot freeze to group ${n}`,
  expected: `a whole number of at least ${-groups} for ${groups} groups`,
  received: String(n),
}));

/** A saved state that belongs to another model or optimizer. */
export const E_OPTIMIZERS_STATE: Coded<Mismatch> = defineError("E_OPTIMIZERS_STATE", (d) => ({
  ...d,
  hint: "The state is of another model, other groups or another optimizer; nothing was changed.",
}));

function optionHint(option: string | undefined, known: readonly string[]): string | undefined {
  if (option === "lr") return "The learning rate belongs to the Learner and its fit methods.";
  return option === undefined || known.includes(option) ? undefined : didYouMean(option, known);
}
