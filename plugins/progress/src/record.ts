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
  readonly learner?: { readonly quiet: Quiet } | undefined;
  /** A trial run: its rows tell nothing. */
  readonly probe?: boolean;
}

/** What is not to be shown. */
interface Quiet {
  readonly bar: boolean;
  readonly table: boolean;
}

export function quietOf({ learner, probe = false }: Run & Recorded): Quiet {
  const { bar = false, table = false } = learner?.quiet ?? {};
  return { bar, table: table || probe };
}

/** Lets callbacks show a line of their own, below the rows so far. */
export function lendVoice(run: Run & { say?: (text: string) => void }, say: (text: string) => void): void {
  run.say = say;
}

export function recordOf(run: Run & Recorded): EpochRecord | undefined {
  return run.recorder;
}

export function smoothLossOf(run: Run & Recorded): number | undefined {
  return run.smoothLoss;
}
