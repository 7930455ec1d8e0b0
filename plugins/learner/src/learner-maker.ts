import type { DataLoaders } from "@fastap/kernel";
import type { LearnerOptions } from "./learner-options.ts";
import type { Learner } from "./learner.ts";

/** Makes a Learner whose model depends on the data: what a domain registers under `learners`, and a config names as `task.model`. */
export type LearnerMaker = (dls: DataLoaders, options: LearnerOptions) => Learner | Promise<Learner>;
