export interface TrainOptions {
  readonly epochs?: number;
  /** Stops after so many steps. */
  readonly maxSteps?: number;
  readonly bs?: number;
  /** Uses only the first rows of each split. */
  readonly maxRows?: number;
  /** Directory for model, history and plots. */
  readonly out?: string;
  /** Goes on from the newest checkpoint, or from the one at a path. */
  readonly resume?: boolean | string;
}

/** What `fastap train --json` prints: metrics of the last epoch by name. */
export interface TaskSummary {
  readonly epochs: number;
  readonly seconds: number;
  readonly backend: string;
  readonly validLoss?: number | undefined;
  readonly [metric: string]: number | string | undefined;
}

export interface Prediction {
  readonly label: string;
  readonly index: number;
  readonly probs: readonly number[];
}

/** Runs the `task` of the config; the only thing the command line knows of training. */
export interface TaskRunner {
  train(
    options?: TrainOptions,
  ): Promise<{ readonly summary: TaskSummary; readonly files: readonly string[]; readonly losses: readonly number[] }>;
  validate(options: { readonly model: string } & TrainOptions): Promise<TaskSummary>;
  predict(options: { readonly model: string; readonly input: unknown }): Promise<Prediction>;
}

/** One complete checkpoint on disk. */
export interface CheckpointInfo {
  readonly path: string;
  /** Training batches done in its fit. */
  readonly step: number;
  /** SHA-256 of each part of the state (`model`, `optimizer`, `random` …), clock times left out: equal bits, equal digests. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The checkpoints of the config; all that the command line knows of them. */
export interface Checkpoints {
  /** The complete ones, oldest first. */
  list(): Promise<readonly CheckpointInfo[]>;
}
