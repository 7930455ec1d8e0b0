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

/** A picture for people; all that the command line knows of one. */
export interface Picture {
  svg(): Promise<string>;
  png(): Promise<Uint8Array>;
  html(): Promise<string>;
}

export interface ShowOptions extends Pick<TrainOptions, "bs" | "maxRows"> {
  /** Model file; without one, samples are shown as they are. */
  readonly model?: string;
  /** Samples at most. */
  readonly maxN?: number;
}

/** Runs the `task` of the config; the only thing the command line knows of training. */
export interface TaskRunner {
  train(
    options?: TrainOptions,
  ): Promise<{ readonly summary: TaskSummary; readonly files: readonly string[]; readonly losses: readonly number[] }>;
  validate(options: { readonly model: string } & TrainOptions): Promise<TaskSummary>;
  predict(options: { readonly model: string; readonly input: unknown }): Promise<Prediction>;
  /** Samples of a training batch; with a model, of the validation data beside its predictions. */
  show(options?: ShowOptions): Promise<Picture>;
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

export interface CleanOptions extends Pick<TrainOptions, "bs" | "maxRows"> {
  /** Model file, or an exported Learner. */
  readonly model: string;
  /** CSV with what was decided; default reviewed.csv. */
  readonly out?: string;
  /** Of the page; default a free one. */
  readonly port?: number;
  /** At the end, delete and move the image files as was decided; default false, no image file is touched. */
  readonly apply?: boolean;
}

export interface CleanSummary {
  readonly images: number;
  readonly broken: number;
  readonly deleted: number;
  readonly relabelled: number;
  readonly file: string;
  /** What was done to image files, and what could not be. */
  readonly applied: readonly string[];
}

/** A page on which a person reviews labels. */
export interface CleaningPage {
  /** Opens only with the secret in it, and only on this machine. */
  readonly url: string;
  readonly images: number;
  /** Images that cannot be read. */
  readonly broken: number;
  /** Resolves when the person is done. */
  readonly done: Promise<CleanSummary>;
  close(): Promise<void>;
}

/** Reviews the labels of the task's data by what a model gets wrong. */
export interface Cleaner {
  open(options: CleanOptions): Promise<CleaningPage>;
}
