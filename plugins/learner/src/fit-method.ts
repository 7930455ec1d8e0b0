import { methodOptions } from "./method-options.ts";
import type { LearnerMethod } from "./learner-method.ts";

/** `fit` for tasks. */
export const fitMethod: LearnerMethod = {
  bind: (learner) => learner.fit.bind(learner),
  async fromConfig(learner, raw) {
    const spec = { nEpoch: "count", lr: "hyper", wd: "hyper", resetOpt: "boolean", startEpoch: "number", resume: "resume" } as const;
    const { nEpoch = 1, lr, ...options } = methodOptions("fit", raw, spec);
    await learner.fit(nEpoch, lr, options);
  },
};
