import type { Run } from "@fastap/kernel";
import type { Row } from "./wandb-run.ts";

/** What the run is made of, for the service's table of runs. */
export function configOf({ host, engine, model, opt, lossFunc, nEpoch, learner }: Run): Record<string, unknown> {
  const params = model.parameters().map(({ value }) => value.shape.reduce((product, side) => product * side, 1));
  return {
    backend: engine.backend,
    seed: host.config.seed,
    task: host.config.task,
    n_epoch: nEpoch,
    loss: lossFunc.name,
    model_parameters: params.reduce((sum, count) => sum + count, 0),
    ...(opt === undefined ? {} : { optimizer: opt.name, frozen_idx: opt.frozenIdx, hypers: opt.groups.map(({ hypers }) => hypers) }),
    ...(learner === undefined ? {} : { batch_per_epoch: learner.dls.train.length, metrics: learner.metrics.map(({ name }) => name) }),
  };
}

/** Epoch with its fraction, losses, hypers as `<name>_<group>`. */
export function batchRow({ nEpoch, pctTrain, smoothLoss, recorder, opt }: Run): Row {
  const hypers = (opt?.groups ?? []).flatMap((group, i) => Object.entries(group.hypers).map(([name, value]) => [`${name}_${i}`, value]));
  const row = { epoch: pctTrain * nEpoch, train_loss: smoothLoss, raw_loss: recorder?.rawLosses.at(-1), ...Object.fromEntries(hypers) };
  return finite(row);
}

/** Metrics, and neither epoch, training loss nor time. */
export function epochRow({ recorder }: Run): Row {
  const cells = (recorder?.metricNames ?? []).map((name, i) => [name, recorder?.log[i]] as const);
  return finite(Object.fromEntries(cells.filter(([name], i) => i >= 2 && name !== "time")));
}

/** JSON has no NaN; the service takes it as a text. */
function finite(row: Readonly<Record<string, unknown>>): Row {
  const entries = Object.entries(row).filter(([, value]) => typeof value === "number");
  return Object.fromEntries(entries.map(([name, value]) => [name, Number.isFinite(value) ? Number(value) : String(value)]));
}
