import { createHost, type Callback, type Host, type Metric, type MetricFunc, type Model, type Param, type Spec } from "@fastap/kernel";
import { ArrayDataset, DataLoader, DataLoaders, type Column } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { Sequential } from "@fastap/plugin-nn";
import { core } from "@fastap/preset-core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { columnOf } from "./columns.ts";
import { metricName } from "./names.ts";
import { modelOf, stateDictOf } from "./golden-model.ts";

/** What a case trains, as its inputs have it. */
export interface Setup {
  readonly X: unknown;
  readonly Y: unknown;
  /** Default: the training data. */
  readonly valid_X?: unknown;
  readonly valid_Y?: unknown;
  readonly bs: number;
  readonly valBs?: number;
  readonly weights: Readonly<Record<string, unknown>>;
  readonly model?: string;
  /** Registered names, or in fastai's spelling with arguments. */
  readonly loss: Spec;
  readonly opt: Spec;
  readonly metrics?: readonly (string | Metric | MetricFunc)[];
  readonly trainMetrics?: boolean;
  readonly trainBn?: boolean;
  readonly wdBnBias?: boolean;
  readonly shuffleValid?: boolean;
  readonly vocab?: readonly string[];
  readonly cbs?: readonly Callback[];
}

/** A Learner on the cpu backend, with the case's weights and data in order, in a directory of its own; all gone afterwards. */
export async function withLearner<T>(setup: Setup, use: (learner: Learner, host: Host) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "fastap-golden-"));
  const config = { backend: "cpu", seed: 1, root };
  const plugins = [
    ["progress", { mode: "none" }],
    ["learner", { nanLoss: "allow" }],
  ] as const;
  try {
    await using host = await createHost({ presets: [core], plugins, config });
    const learner = learnerOf(host, setup);
    try {
      learner.model.loadStateDict(stateDictOf(setup.weights));
      return await use(learner, host);
    } finally {
      learner.dispose();
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function learnerOf(host: Host, setup: Setup): Learner {
  const { X, Y, valid_X = X, valid_Y = Y, loss, opt, metrics = [], weights, model, shuffleValid = false, cbs = [] } = setup;
  const { trainMetrics = false, trainBn = true, wdBnBias = false, vocab } = setup;
  const options = { engine: host.resolve("engine"), random: host.resolve("random"), bs: setup.bs };
  const train = new DataLoader(dataset([X, Y].map(columnOf)), options);
  const valOptions = { ...options, bs: setup.valBs ?? setup.bs, shuffle: shuffleValid, dropLast: shuffleValid };
  const valid = new DataLoader(dataset([valid_X, valid_Y].map(columnOf)), valOptions);
  const dls = new DataLoaders([train, valid], vocab === undefined ? {} : { vocab });
  const named = metrics.map((metric) => (typeof metric === "string" ? metricName(host, metric) : metric));
  const given = { lossFunc: loss, optFunc: opt, metrics: named, trainMetrics, trainBn, wdBnBias, cbs };
  return createLearner(host, dls, modelOf(weights, model), { ...given, splitter });
}

function dataset(columns: readonly Column[]): ArrayDataset {
  return new ArrayDataset(columns);
}

/** Nested blocks are one group each, as in the cases; a flat model is one group. */
export function splitter(model: Model): readonly Param[] | readonly (readonly Param[])[] {
  if (!(model instanceof Sequential) || !model.layers.some((layer) => layer instanceof Sequential)) return model.parameters();
  return model.layers.map((layer) => layer.parameters()).filter((params) => params.length > 0);
}
