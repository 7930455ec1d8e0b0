import type { DataLoaders } from "@fastap/kernel";
import type { LearnerOptions } from "./learner-options.ts";
import type { Learner } from "./learner.ts";

/** Makes a Learner whose model depends on the data: what a domain registers under `learners`, and a config names as `task.model`. */
export type LearnerMaker = (dls: DataLoaders, options: LearnerOptions, start?: LearnerStart) => Learner | Promise<Learner>;

/** What is known of a Learner that is made. */
export interface LearnerStart {
  /** Default true; false where weights of a model file follow, so that those to start with need not be there. */
  readonly readWeights?: boolean;
}
