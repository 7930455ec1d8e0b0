import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_TRACKERS_OPTION: Coded<{ callback: string; problem: string; known: readonly string[]; option?: string }> = defineError(
  "E_TRACKERS_OPTION",
  ({ callback, problem, known, option }) => ({
    message: `${callback}: ${problem}`,
    expected: known.length === 0 ? "no options" : `options ${known.join(", ")}`,
    received: option,
    hint: option === undefined || known.includes(option) ? undefined : didYouMean(option, known),
  }),
);

export const E_TRACKERS_MONITOR: Coded<{ callback: string; monitor: string; columns: readonly string[] }> = defineError(
  "E_TRACKERS_MONITOR",
  ({ callback, monitor, columns }) => ({
    message: `${callback} watches "${monitor}", which this run does not record`,
    expected: columns.join(", "),
    received: monitor,
    where: `${callback}, option monitor`,
    hint: didYouMean(monitor, columns),
  }),
);

export const E_TRACKERS_LEARNER: Coded<{ callback: string }> = defineError("E_TRACKERS_LEARNER", ({ callback }) => ({
  message: `${callback} needs a run that a Learner with a recorder started`,
  expected: "learn.fit(…)",
  received: "a run without them",
  where: callback,
  hint: "Add @fastap/plugin-learner to the plugins, and train with a Learner.",
}));

export const E_TRACKERS_NEVER_SAVED: Coded<{ monitor: string; fname: string }> = defineError(
  "E_TRACKERS_NEVER_SAVED",
  ({ monitor, fname }) => ({
    message: `there is no best model to go back to: "${monitor}" never improved, so "${fname}" was never saved`,
    expected: "a value that is a number in some epoch",
    received: "none",
    where: "saveModel, after the fit",
    hint: "The model is as the last epoch left it. Look why the column is empty or NaN, or use everyEpoch.",
  }),
);
