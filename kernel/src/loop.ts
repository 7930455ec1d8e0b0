import { isCancel } from "./cancel.ts";
import type { Scope } from "./events.ts";
import type { RunState } from "./run-state.ts";
import type { Loader } from "./loader.ts";
import type { Tensor } from "./tensor.ts";

/** Loaders of a run; the rest of its parts are in its state. */
export interface Phases {
  readonly train?: Loader | undefined;
  readonly valid?: Loader | undefined;
}

/** The training loop. `@source fastai.learner.Learner._do_fit` */
export async function fit(run: RunState, phases: Phases): Promise<void> {
  await stage(run, "fit", async () => {
    for (run.epoch = 0; run.epoch < run.nEpoch; run.epoch++) await stage(run, "epoch", () => oneEpoch(run, phases));
  });
}

/** One pass over the validation loader between the events of a fit. `@source fastai.learner.Learner.validation_context` */
export async function validate(run: RunState, phases: Phases): Promise<void> {
  const { hooks } = run;
  await hooks.beforeFit.promise(run);
  await hooks.beforeEpoch.promise(run);
  await phase(run, "validate", phases.valid);
  await hooks.afterEpoch.promise(run);
  await hooks.afterFit.promise(run);
}

async function oneEpoch(run: RunState, { train, valid }: Phases): Promise<void> {
  await phase(run, "train", train);
  await phase(run, "validate", valid);
}

async function phase(run: RunState, scope: "train" | "validate", loader: Loader | undefined): Promise<void> {
  run.dl = loader;
  run.nIter = loader?.length ?? 0;
  run.training = scope === "train";
  if (run.training) run.pctTrain = run.epoch / run.nEpoch;
  run.model.train(run.training);
  await stage(run, scope, async () => {
    if (loader === undefined) return;
    run.iter = 0;
    for await (const batch of loader) {
      await oneBatch(run, batch, loader);
      run.iter++;
    }
  });
}

/**
 * before, body; on this scope's cancel its afterCancel; then after. A cancel of another scope, or any error,
 * passes through without `after`. `@source fastai.learner.Learner._with_events`
 */
async function stage(run: RunState, scope: Scope, body: () => Promise<void> | void, leave?: () => void): Promise<void> {
  const name = capitalize(scope);
  try {
    await run.hooks[`before${name}`].promise(run);
    await body();
  } catch (error) {
    if (!isCancel(error, scope)) throw error;
    await run.hooks[`afterCancel${name}`].promise(run);
  }
  leave?.();
  await run.hooks[`after${name}`].promise(run);
}

type StageName = "Fit" | "Epoch" | "Train" | "Validate" | "Batch" | "Step";
function capitalize(scope: Scope): StageName {
  return (scope.charAt(0).toUpperCase() + scope.slice(1)) as StageName; // backward is not a plain stage: its before runs in the tape
}

async function oneBatch(run: RunState, batch: readonly Tensor[], loader: Loader): Promise<void> {
  run.take(batch, loader);
  try {
    await run.engine.scopeAsync(() =>
      stage(
        run,
        "batch",
        () => (run.training ? trainBatch(run) : validBatch(run)),
        () => count(run),
      ),
    );
  } finally {
    run.endBatch();
  }
}

/** Progress of the fit, for schedules. `@source fastai.callback.core.TrainEvalCallback.after_batch` */
function count(run: RunState): void {
  if (!run.training) return;
  run.pctTrain += 1 / (run.nIter * run.nEpoch);
  run.trainIter++;
}

function validBatch(run: RunState): void {
  run.engine.scope(() => forward(run));
}

async function trainBatch(run: RunState): Promise<void> {
  if (run.yb.length === 0) return validBatch(run);
  const { hooks } = run;
  await backward(run);
  run.grads = await hooks.reduceGradients.promise(run.grads, run);
  await stage(run, "step", () => run.opt?.step(run.grads));
  run.opt?.zeroGrad(run.grads);
}

/** Prediction and loss, with the events between; whatever happens, what there is of them outlives the tape. */
function forward(run: RunState): void {
  const { hooks } = run;
  try {
    run.pred = run.model.forward(...run.xb);
    hooks.afterPred.call(run);
    if (run.yb.length > 0) run.loss = run.lossGrad = run.lossFunc.forward(run.pred, ...run.yb);
    hooks.afterLoss.call(run);
  } finally {
    run.holdOutputs();
  }
}

/** The tape. `beforeBackward` runs inside it, so its cancel is caught only after the tape has unwound. */
async function backward(run: RunState): Promise<void> {
  const { engine, hooks } = run;
  const params = new Map<string, Tensor>();
  for (const param of run.model.parameters()) if (param.trainable) params.set(param.name, param.value);
  let entered = false;
  try {
    const { value, grads } = engine.valueAndGrad(params, () => {
      forward(run);
      entered = true;
      hooks.beforeBackward.call(run);
      return lossOf(run);
    });
    run.own(value);
    run.addGrads(grads);
  } catch (error) {
    if (!entered || !isCancel(error, "backward")) throw error;
    await hooks.afterCancelBackward.promise(run);
  }
  await hooks.afterBackward.promise(run);
}

function lossOf(run: RunState): Tensor {
  if (run.lossGrad === undefined) throw new TypeError("run.lossGrad was taken away in afterLoss or beforeBackward");
  return run.lossGrad;
}
