import type { Run } from "@fastap/kernel";
import type { Cell } from "./table.ts";

/** The part of a Recorder that is shown. */
export interface EpochRecord {
  /** `["epoch", "train_loss", "valid_loss", …, "time"]` */
  readonly metricNames: readonly string[];
  /** Row of the last finished epoch, in the order of the names. */
  readonly log: readonly Cell[];
}

/** What the learner adds to a run, where it is there. */
interface Recorded {
  readonly recorder?: EpochRecord | undefined;
  readonly smoothLoss?: number | undefined;
}

export function recordOf(run: Run & Recorded): EpochRecord | undefined {
  return run.recorder;
}

export function smoothLossOf(run: Run & Recorded): number | undefined {
  return run.smoothLoss;
}
