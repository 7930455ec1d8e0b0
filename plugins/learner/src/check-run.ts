import { leaves, Stage, type Run } from "@fastap/kernel";
import { E_LEARNER_OUTPUTS } from "./errors.ts";
import type { Learner } from "./learner.ts";

/** A recurrent model starts without what it remembers. `@source fastai.callback.core.TrainEvalCallback.before_fit` */
export function resetModel({ hooks }: Run): void {
  hooks.beforeFit.tap({ name: "learner/reset", stage: Stage.setup }, ({ model }) => {
    if ("reset" in model && typeof model.reset === "function") model.reset();
  });
}

/** Before the first step: has the backend every operation, does the model give as many outputs as there are classes. */
export function checkBeforeFit({ hooks }: Run): void {
  hooks.beforeFit.tap({ name: "learner/check", stage: Stage.setup }, (run) => {
    run.engine.preflight(run.model.requiredOps?.() ?? []);
    if (run.learner !== undefined) checkOutputs(run, run.learner);
  });
}

/** Runs one item of zeros through the model in evaluation mode, which leaves statistics and random numbers as they were. */
function checkOutputs({ engine, model, host }: Run, { dls }: Learner): void {
  const { inputShape, c: classes } = dls;
  if (inputShape === undefined || classes === undefined) return;
  const random = host.resolve("random");
  const before = random.state();
  model.train(false);
  const shape = engine.scope(() => {
    const size = inputShape.reduce((product, side) => product * side, 1);
    return leaves(model.forward(engine.from(new Float32Array(size), [1, ...inputShape])))[0]?.shape ?? [];
  });
  random.restore(before);
  const outputs = shape.at(-1) ?? 1;
  if (outputs !== classes) throw E_LEARNER_OUTPUTS({ classes, outputs, shape });
}
