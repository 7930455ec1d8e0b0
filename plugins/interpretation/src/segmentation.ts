import type { Learner } from "@fastap/plugin-learner";
import { gather, Interpretation, type FromLearnerOptions } from "./interpretation.ts";

/** Masks beside what they should be. @source fastai.interpret.SegmentationInterpretation */
export class SegmentationInterpretation extends Interpretation {
  static override async fromLearner(learn: Learner, options: FromLearnerOptions = {}): Promise<SegmentationInterpretation> {
    return new SegmentationInterpretation(await gather(learn, options));
  }
}
