import type { FromLearnerOptions, Interpretation } from "./interpretation.ts";

declare module "@fastap/plugin-learner" {
  interface LearnerMethods {
    /** A `ClassificationInterpretation` where the loss decides for class numbers, else an `Interpretation`. */
    interpret(options?: FromLearnerOptions): Promise<Interpretation>;
  }
}
