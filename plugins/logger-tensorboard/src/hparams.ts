import type { Loader, Run } from "@fastap/kernel";
import type { EventWriter } from "./event-writer.ts";
import { Message } from "./message.ts";

/** Names of a run's settings, for the table of the HParams tab. */
export type Hparams = Readonly<Record<string, string | number | boolean>>;

/** Field numbers of TensorBoard's plugin_data.proto and api.proto, and of google.protobuf.Value. */
const PLUGIN = { experiment: 2, start: 3, end: 4 } as const;
const VALUE = { number: 2, string: 3, boolean: 4 } as const;
const KIND = { string: 1, boolean: 2, number: 3 } as const;
const [SUCCESS, FAILURE] = [1, 2];

/** What a run was given: what one would compare it by. */
export function hparamsOf({ opt, learner, lossFunc, nEpoch, host, engine }: Run): Hparams {
  const given = {
    model: nameOf(learner?.specs.model),
    optimizer: opt?.name,
    ...opt?.groups.at(-1)?.hypers,
    loss: lossFunc.name,
    n_epoch: nEpoch,
    bs: sizeOf(learner?.dls.train),
    seed: host.config.seed,
    backend: engine.backend,
  };
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Of what was given by its name. */
function nameOf(spec: unknown): string | undefined {
  const name: unknown = Array.isArray(spec) ? spec[0] : spec;
  return typeof name === "string" ? name : undefined;
}

/** Items of a batch, as data's loaders tell. */
function sizeOf(loader: Loader | undefined): number | undefined {
  return loader !== undefined && "bs" in loader && typeof loader.bs === "number" ? loader.bs : undefined;
}

/** Opens the run in the HParams tab: its settings, and the tags that are its results. `seconds` since 1970. */
export function logHparams(writer: EventWriter, hparams: Hparams, metrics: readonly string[], seconds: number): void {
  const experiment = new Message().double(3, seconds);
  for (const [name, value] of Object.entries(hparams))
    experiment.message(4, new Message().text(1, name).int(4, KIND[typeof value as keyof typeof KIND]));
  for (const tag of metrics) experiment.message(5, new Message().message(1, new Message().text(2, tag)));
  writer.plugin("_hparams_/experiment", "hparams", new Message().message(PLUGIN.experiment, experiment));
  const start = new Message();
  for (const [name, value] of Object.entries(hparams)) start.message(1, new Message().text(1, name).message(2, valueOf(value)));
  start.double(5, seconds);
  writer.plugin("_hparams_/session_start_info", "hparams", new Message().message(PLUGIN.start, start));
}

/** Closes the run there. */
export function logHparamsEnd(writer: EventWriter, well: boolean, seconds: number): void {
  const end = new Message().int(1, well ? SUCCESS : FAILURE).double(2, seconds);
  writer.plugin("_hparams_/session_end_info", "hparams", new Message().message(PLUGIN.end, end));
}

function valueOf(value: string | number | boolean): Message {
  if (typeof value === "number") return new Message().double(VALUE.number, value);
  return typeof value === "string" ? new Message().text(VALUE.string, value) : new Message().int(VALUE.boolean, Number(value));
}
