import type { DataLoaders, Host, Model, Spec } from "@fastap/kernel";
import type { LearnerOptions } from "./learner-options.ts";
import { Learner } from "./learner.ts";

/** The same as `new Learner`. */
export function createLearner(host: Host, dls: DataLoaders, model: Spec | Model, options: LearnerOptions = {}): Learner {
  return new Learner(host, dls, model, options);
}
