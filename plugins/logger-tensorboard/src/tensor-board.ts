import { resolve } from "node:path";
import type { Callback, Run } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { EventWriter } from "./event-writer.ts";
import { modelGraph } from "./graph.ts";
import { hparamsOf, logHparams, logHparamsEnd } from "./hparams.ts";
import type { TensorBoardOptions } from "./options.ts";
import { logPreds } from "./preds.ts";

/**
 * Scalars of every batch and epoch, the model's graph, and predictions, for TensorBoard.
 * @throws E_LOGGER_TENSORBOARD_FILE at the start of a fit
 * @source fastai.callback.tensorboard.TensorBoardCallback; train_loss in training only
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback {
  const { logDir = "runs/tensorboard", traceModel = true, hparams = true, now = () => Date.now() / 1000 } = options;
  let writer: EventWriter | undefined;
  return {
    name: "tensorBoard",
    stage: "report",
    active: (run) => run.kind === "fit" && run.probe !== true,
    async beforeFit(run) {
      const dir = resolve(run.learner?.path ?? run.host.config.root ?? ".", logDir);
      const opened = new EventWriter(dir, now);
      writer = opened;
      const graph = traceModel ? modelGraph(run.model) : undefined;
      if (graph !== undefined) opened.graph(graph);
      if (hparams) logHparams(opened, hparamsOf(run), resultsOf(run), now());
      await opened.flush();
      endWith(run, opened, (well) => (hparams ? logHparamsEnd(opened, well, now()) : undefined));
    },
    async afterBatch(run) {
      if (writer === undefined) return;
      if (run.training) logBatch(writer, run);
      else await logValidation(writer, run, options);
    },
    async afterEpoch(run) {
      if (writer === undefined) return;
      logEpoch(writer, run);
      if (options.histograms === true) await logHistograms(writer, run);
      await writer.flush();
    },
  };
}

/** Writes the last events however the fit ends, also when it fails. */
function endWith({ hooks }: Run, writer: EventWriter, last: (well: boolean) => void): void {
  const name = "logger-tensorboard/end";
  let well = true;
  hooks.failed.tap(name, () => void (well = false));
  hooks.settled.tapPromise(name, async () => {
    last(well);
    await writer.flush();
  });
}

function logBatch(writer: EventWriter, { smoothLoss, trainIter, opt }: Run): void {
  if (smoothLoss !== undefined) writer.scalar("train_loss", smoothLoss, trainIter);
  for (const [i, { hypers }] of (opt?.groups ?? []).entries())
    for (const [name, value] of Object.entries(hypers)) writer.scalar(`${name}_${i}`, value, trainIter);
}

async function logValidation(writer: EventWriter, run: Run, { logPreds: wanted = true, nPreds = 9 }: TensorBoardOptions): Promise<void> {
  if (!wanted || run.iter > 0) return;
  await logPreds(writer, run, run.learner?.lossFunc ?? run.lossFunc, nPreds);
}

function logEpoch(writer: EventWriter, run: Run): void {
  const row = run.recorder?.history.at(-1) ?? {};
  for (const name of resultsOf(run)) if (typeof row[name] === "number") writer.scalar(name, row[name], run.trainIter);
}

/** Columns but epoch, training loss and time. */
function resultsOf({ recorder }: Run): string[] {
  return (recorder?.metricNames ?? []).filter((name, i) => i >= 2 && name !== "time");
}

async function logHistograms(writer: EventWriter, { model, engine, trainIter }: Run): Promise<void> {
  for (const { name, value } of model.parameters()) writer.histogram(name.replaceAll(".", "/"), await engine.read(value), trainIter);
}
