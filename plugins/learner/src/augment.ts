import type { Callback } from "@fastap/kernel";
import type { LearnerMaker } from "./learner-maker.ts";
import type { LearnerMethod } from "./learner-method.ts";
import type { Learner } from "./learner.ts";
import type { LearnerPluginOptions } from "./options.ts";
import type { Recorder } from "./recorder.ts";
import type { LearnerRequest } from "./task.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    learner: LearnerPluginOptions;
  }
  interface Services {
    /** Learners of the config's task, for plugins that work with a trained one. */
    taskLearner: { load(request: LearnerRequest): Promise<Learner> };
  }
  interface Registries {
    learnerMethods: LearnerMethod;
    learners: LearnerMaker;
  }
  interface RunExtras {
    /** The Learner that started the run; none where `host.fit` was called itself. */
    learner?: Learner;
    /** A trial whose results are thrown away (`lrFind`): trackers, savers and loggers leave it alone. */
    probe?: boolean;
    /** Callbacks of this fit: the Learner's and its own. */
    cbs?: readonly Callback[];
    /** Asked for by `fit(..., { resume })`. */
    resume?: boolean | string;
    recorder?: Recorder;
    /** Shows a line of text to who watches; there where a plugin shows the run. */
    say?: (text: string) => void;
    /** Debiased moving average of the training loss; undefined before the first batch. */
    smoothLoss?: number | undefined;
  }
}
