import { Stage, type MetricBatch, type Run } from "@fastap/kernel";
import type { LossReader } from "./loss-reader.ts";
import { Recorder } from "./recorder.ts";

/** Gives a run its recorder and taps the events that feed it. */
export function recordRun(run: Run, reader: LossReader): Recorder {
  const { hooks, kind, learner } = run;
  const { metrics = [], trainMetrics = false, validMetrics = true, recordOptions = {} } = learner ?? {};
  const recorder = new Recorder(kind, metrics, { trainMetrics, validMetrics, ...recordOptions });
  const tap = { name: "learner/recorder", stage: Stage.record };
  run.recorder = recorder;
  run.smoothLoss = undefined;
  hooks.beforeEpoch.tap(tap, (r) => recorder.beforeEpoch(r.epoch));
  hooks.beforeTrain.tap(tap, () => recorder.beforeTrain());
  hooks.beforeValidate.tap(tap, () => recorder.beforeValidate());
  hooks.afterBatch.tapPromise(tap, (r) => recordBatch(r, recorder, reader));
  hooks.afterCancelTrain.tap(tap, () => recorder.cancelled("train"));
  hooks.afterCancelValidate.tap(tap, () => recorder.cancelled("valid"));
  hooks.afterTrain.tap(tap, () => recorder.afterPhase("train"));
  hooks.afterValidate.tap(tap, () => recorder.afterPhase("valid"));
  hooks.afterEpoch.tap(tap, () => recorder.afterEpoch());
  return recorder;
}

async function recordBatch(run: Run, recorder: Recorder, reader: LossReader): Promise<void> {
  const { pred, yb, loss, engine } = run;
  const [target] = yb;
  if (target === undefined || loss === undefined || pred === undefined) return;
  const value = await reader.read(loss);
  const batch: MetricBatch = { pred, yb, loss, size: target.shape[0] ?? 1, engine };
  if (!run.training) return recorder.validBatch(value, batch);
  await recorder.trainBatch(value, batch, run.opt?.groups.at(-1)?.hypers ?? {});
  run.smoothLoss = recorder.smoothLoss;
}
