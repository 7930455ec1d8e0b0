import type { LearnerMethod } from "@fastap/plugin-learner";
import { ClassificationInterpretation } from "./classification.ts";
import { Interpretation, type FromLearnerOptions } from "./interpretation.ts";

/** `learn.interpret()`: for classes where the loss decides for class numbers, else the general one. */
export const interpretMethod: LearnerMethod = {
  bind:
    (learner) =>
    (options: FromLearnerOptions = {}) =>
      (learner.lossFunc.yInt ? ClassificationInterpretation : Interpretation).fromLearner(learner, options),
};
