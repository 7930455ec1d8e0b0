import type { Spec } from "./services.ts";
import type { Tensor } from "./tensor.ts";

/** Yields batches: the tensors of one batch, inputs first. Each is owned by who iterates. */
export interface Loader {
  /** Number of batches. */
  readonly length: number;
  /** How many of a batch's tensors are inputs; default all but the last. */
  readonly nInp?: number;
  /** Plain data: which epoch, and what of it has been handed out. */
  state?(): unknown;
  /** The next iteration goes on from there. */
  restore?(state: unknown): void;
  [Symbol.asyncIterator](): AsyncIterator<readonly Tensor[]>;
}

/** `@source fastai.data.core.DataLoaders` */
export interface DataLoaders {
  readonly train: Loader;
  readonly valid: Loader;
  readonly loaders: readonly Loader[];
  /** Class names, where the target is a category. */
  readonly vocab?: readonly string[];
  /** Shape of one input item, `[height, width, channels]`. */
  readonly inputShape?: readonly number[];
  /** Number of outputs a model needs. */
  readonly c?: number;
  /** Registered name of the loss that fits the targets. */
  readonly lossFunc?: string;
  /** Registered dataset, with options, that has no items and the same `testBatch`: what an exported Learner takes along. */
  readonly preprocessing?: Spec;
  /** Turns raw user input (a file's path, nested numbers) into the batch of one that the model takes. */
  testBatch?(input: unknown): Promise<readonly Tensor[]>;
}
