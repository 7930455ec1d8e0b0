export interface TrainOptions {
  readonly epochs?: number;
  /** Stops after so many steps. */
  readonly maxSteps?: number;
  readonly bs?: number;
  /** Uses only the first rows of each split. */
  readonly maxRows?: number;
  /** Directory for model, history and plots. */
  readonly out?: string;
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
