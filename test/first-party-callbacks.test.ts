import { describeCallback, type CallbackSubject } from "@fastap/contract";
import { createHost, Stage, type Callback, type Host, type Model, type Param, type PluginEntry } from "@fastap/kernel";
import { checkpoint } from "@fastap/plugin-checkpoint";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { hookCallback } from "@fastap/plugin-inspect";
import { createLearner, fetchPreds, type Learner } from "@fastap/plugin-learner";
import { BatchNorm, Dropout, Flatten, Linear, Relu, Sequential } from "@fastap/plugin-nn";
import { progress, showGraph } from "@fastap/plugin-progress";
import { paramScheduler, SchedCos } from "@fastap/plugin-schedulers";
import { rnnCallback } from "@fastap/plugin-training";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Remembering } from "./remembering.ts";

/** By registered name, or as it is made from code. `watches`: training is the same without it. */
interface Case {
  readonly options?: unknown;
  readonly make?: () => Callback;
  readonly watches?: boolean;
  /** Needs a model that gives its states. */
  readonly recurrent?: boolean;
}
const nothing = { write: () => true, isTTY: false };
const cases: Readonly<Record<string, Case>> = {
  tracker: { watches: true },
  saveModel: { options: { withOpt: true } },
  earlyStopping: { options: { patience: 1, minDelta: 0.05 } },
  reduceLROnPlateau: { options: { patience: 1, minDelta: 0.5 } },
  terminateOnNaN: { watches: true },
  mixUp: {},
  cutMix: {},
  gradientAccumulation: { options: { nAcc: 12 } },
  gradientClip: { options: { maxNorm: 0.1 } },
  bnFreeze: {},
  shortEpoch: { options: { pct: 0.5 } },
  modelResetter: { watches: true },
  rnnCallback: { watches: true },
  rnnRegularizer: { options: { alpha: 2, beta: 1 }, recurrent: true },
  activationStats: { options: { withHist: true }, watches: true },
  mcDropout: {},
  collectData: { watches: true },
  fetchPreds: { make: () => fetchPreds(), watches: true },
  hookCallback: { make: () => hookCallback({ name: "hook", hook: (_, __, output) => output }), watches: true },
  paramScheduler: { make: () => paramScheduler({ lr: SchedCos(0.02, 0.001) }) },
  showGraph: { make: () => showGraph({ stream: nothing }), watches: true },
};

let root = "";
/** Only to make callbacks by their names. */
let host: Host;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "fastap-callbacks-"));
  host = await createHost({ plugins, config: { backend: "cpu" } });
});
after(async () => {
  await host[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const plugins: readonly PluginEntry[] = core.plugins.filter((plugin) => plugin !== progress);

/** Small pictures of two kinds, a model with all that has a state, four batches an epoch. */
function pictures(host: Host, recurrent: boolean): CallbackSubject {
  const draw = host.resolve("random").fork("pictures");
  const [items, size] = [16, 16];
  const x = Float32Array.from({ length: items * size }, (_, i) => draw.normal() * 0.5 + (Math.floor(i / size) % 2 === 0 ? -1 : 1));
  const y = Int32Array.from({ length: items }, (_, i) => i % 2);
  const dataset = new ArrayDataset([
    { data: x, shape: [4, 4, 1] },
    { data: y, shape: [] },
  ]);
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const dls = DataLoaders.fromDatasets([dataset, dataset], { ...services, bs: 4, c: 2, inputShape: [4, 4, 1], lossFunc: "crossEntropy" });
  const plain = new Sequential(new Flatten(), new Linear(size, 6), new BatchNorm(6), new Relu(), new Dropout(0.3), new Linear(6, 2));
  const [model, cbs] = recurrent ? [new Remembering(), [rnnCallback()]] : [plain, []];
  const learn = createLearner(host, dls, model, { metrics: ["accuracy"], trainBn: false, path: root, splitter: byHalves, cbs });
  if (!recurrent) learn.freeze();
  return {
    fit: (cbs, resume) => learn.fit(2, 0.02, { cbs, ...(resume === undefined ? {} : { resume }) }),
    bits: () => bitsOf(learn),
    dispose: () => learn.dispose(),
  };
}

function byHalves(model: Model): readonly (readonly Param[])[] {
  return [model.parameters().slice(0, 4), model.parameters().slice(4)];
}

async function bitsOf({ model, opt, recorder }: Learner): Promise<string> {
  const state = await opt?.stateDict();
  const tensors = [...(await model.stateDict()), ...(state?.tensors ?? [])];
  const values = tensors.map(([name, { data }]) => [name, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")]);
  const rows = recorder?.history.map((row) => ({ ...row, time: undefined }));
  return JSON.stringify({ values, hypers: state?.hypers, numbers: state?.numbers, losses: recorder?.rawLosses, rows });
}

function callbackOf(name: string): Callback {
  const { options, make } = cases[name] ?? {};
  return make?.() ?? host.registry("callbacks").make(options === undefined ? name : [name, options]);
}

for (const [name, { watches = false, recurrent = false }] of Object.entries(cases)) {
  describeCallback(name, () => callbackOf(name), {
    plugins,
    config: { backend: "cpu", seed: 7 },
    subject: (own) => pictures(own, recurrent),
    watches,
    checkpoint: (dir) => [checkpoint, { dir, everySteps: 1, keep: 100 }],
  });
}

describe("bundled callbacks", () => {
  it("are all held to the contract", () => {
    expect(Object.keys(cases)).to.include.members([...host.registry("callbacks").names()]);
  });

  it("come in fastai's order", async () => {
    const golden = new URL("golden/cases/api/callbacks.json", import.meta.url);
    const { expected } = JSON.parse(await readFile(golden, "utf8")) as { expected: { callbacks: Record<string, { order: number }> } };
    const places = Object.entries(FASTAI).flatMap(([name, theirs]) => {
      const { stage = "main", order = 0 } = callbackOf(name);
      return [{ name, ours: Stage[stage] + order, theirs: expected.callbacks[theirs]?.order ?? NaN }];
    });
    for (const a of places)
      for (const b of places)
        if (a.theirs < b.theirs) expect(a.ours, `${a.name} (${a.theirs}) and ${b.name} (${b.theirs})`).to.be.below(b.ours);
  });
});

/** Names in the captured data. */
const FASTAI: Readonly<Record<string, string>> = {
  activationStats: "ActivationStats",
  terminateOnNaN: "TerminateOnNaNCallback",
  mixUp: "MixUp",
  cutMix: "CutMix",
  bnFreeze: "BnFreeze",
  shortEpoch: "ShortEpochCallback",
  mcDropout: "MCDropoutCallback",
  collectData: "CollectDataCallback",
  fetchPreds: "FetchPredsCallback",
  hookCallback: "HookCallback",
  tracker: "TrackerCallback",
  paramScheduler: "ParamScheduler",
  saveModel: "SaveModelCallback",
  reduceLROnPlateau: "ReduceLROnPlateau",
  earlyStopping: "EarlyStoppingCallback",
  showGraph: "ShowGraphCallback",
};
