import type { Run } from "@fastap/kernel";
import type { Saver } from "./saver.ts";

/** Exit codes that shells give: 128 and the number of the signal. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** While the run lasts, a signal saves it and ends the process. */
export function endOnSignals(run: Run, saver: Saver): void {
  const end = (signal: keyof typeof CODES): void => {
    void saver.stop().then(() => process.exit(CODES[signal]));
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  run.hooks.beforeFit.tap("checkpoint/signals", () => {
    for (const signal of signals) process.once(signal, end);
  });
  run.hooks.settled.tap("checkpoint/signals", () => {
    for (const signal of signals) process.off(signal, end);
  });
}
