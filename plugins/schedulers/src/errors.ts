import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_SCHEDULERS_PIECES: Coded<{ problem: string; expected: string; received: string }> = defineError(
  "E_SCHEDULERS_PIECES",
  ({ problem, ...rest }) => ({ message: `schedules cannot be combined: ${problem}`, ...rest, where: "combineScheds" }),
);

export const E_SCHEDULERS_GROUPS: Coded<{ start: number; end: number }> = defineError("E_SCHEDULERS_GROUPS", ({ start, end }) => ({
  message: "a schedule has different numbers of groups at start and end",
  expected: `${start} values`,
  received: `${end}`,
}));

export const E_SCHEDULERS_LR_RANGE: Coded<{ startLr: number | readonly number[]; endLr: number | readonly number[] }> = defineError(
  "E_SCHEDULERS_LR_RANGE",
  ({ startLr, endLr }) => ({
    message: "lrFind cannot go from startLr to endLr",
    expected: "0 < startLr < endLr, in every parameter group",
    received: `startLr ${String(startLr)}, endLr ${String(endLr)}`,
    where: "learn.lrFind",
  }),
);
