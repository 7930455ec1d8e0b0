import { definePlugin, type Plugin } from "@fastap/kernel";
import { hintAtBatchSize } from "./batch-size-hint.ts";
import { checkBeforeFit, resetModel } from "./check-run.ts";
import { fitMethod } from "./fit-method.ts";
import { guardTargets, StepGuard } from "./guard-run.ts";
import { LossReader } from "./loss-reader.ts";
import { parseOptions } from "./options.ts";
import { recordRun } from "./record-run.ts";
import { Task } from "./task.ts";
import { tryMetrics } from "./try-metrics.ts";

/** Records every run, guards its numbers, and runs the config's task. */
export const learner: Plugin<"learner"> = definePlugin({
  meta: {
    name: "learner",
    version: "0.1.0",
    kernel: "^0.1.0",
    provides: ["task", "taskLearner", "learnerMethods"],
    requires: ["engine", "random"],
    writes: ["run.recorder", "run.smoothLoss"],
  },
  parseOptions,
  apply(host, { nanLoss = "error", nanCheck = "sampled" }) {
    const task = new Task(host);
    host.provide("task", () => task);
    host.provide("taskLearner", () => ({ load: (request) => task.learner(request) }));
    host.contribute("learnerMethods", { name: "fit", make: () => fitMethod });
    host.hooks.run.tap("learner", (run) => {
      const reader = new LossReader(run.engine);
      hintAtBatchSize(run);
      const recorder = recordRun(run, reader);
      guardTargets(run);
      resetModel(run);
      if (run.kind === "validate") return;
      if (nanLoss === "error") new StepGuard(reader, nanCheck === "every").tap(run);
      checkBeforeFit(run);
      tryMetrics(run);
      if (run.learner !== undefined) run.learner.recorder = recorder;
    });
  },
});
