import type { Run } from "@fastap/kernel";

/**
 * State of a plugin that decides what a run computes next: a generator it holds, a running average. What a {@link Callback}
 * remembers goes into its own `state()` and `restore()`.
 */
export interface Checkpointable {
  /** Plain data; numbers of all kinds and typed arrays come back as they were. */
  state(run: Run): unknown;
  restore(state: unknown, run: Run): void;
}
