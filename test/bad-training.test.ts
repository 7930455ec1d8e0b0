import {
  createHost,
  definePlugin,
  EVENTS,
  isFastapError,
  type Callback,
  type EventName,
  type Host,
  type PluginEntry,
} from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { loggerCsv } from "@fastap/plugin-logger-csv";
import { loggerTensorboard } from "@fastap/plugin-logger-tensorboard";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NO_ROWS = "epoch,train_loss,valid_loss,time\n";
const quiet: PluginEntry = ["progress", { mode: "none" }];

/** Two clouds of points, and a model of two groups. */
function clouds(host: Host, hidden: number = 4, opt: string = "adam"): Learner {
  const dataset = new ArrayDataset([
    { data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) + (Math.floor(i / 2) % 2)), shape: [2] },
    { data: Int32Array.from({ length: 32 }, (_, i) => i % 2), shape: [] },
  ]);
  const services = { engine: host.resolve("engine"), random: host.resolve("random") };
  const dls = DataLoaders.fromDatasets([dataset, dataset], { ...services, bs: 8, lossFunc: "crossEntropy" });
  return createLearner(host, dls, ["mlp", { sizes: [2, hidden, 2] }], {
    path: host.config.root ?? ".",
    optFunc: opt,
    splitter: (model) => [model.parameters().slice(0, 2), model.parameters().slice(2)],
  });
}

async function stateOf({ model, opt }: Learner): Promise<string> {
  const state = await opt?.stateDict();
  return JSON.stringify([
    [...(await model.stateDict())].map(([name, { data }]) => [name, Array.from(data, String)]),
    state?.hypers,
    state?.numbers,
  ]);
}

describe("what goes wrong in training", () => {
  let root: string;
  let host: Host;
  let learn: Learner;
  let tensors: number;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "fastap-bad-"));
    host = await createHost({
      presets: [core],
      plugins: [quiet, loggerCsv, [loggerTensorboard, { traceModel: false }], watchful],
      config: { backend: "cpu", seed: 1, root },
    });
    settled = 0;
    tensors = host.resolve("engine").memory().tensors;
    learn = clouds(host);
  });
  afterEach(async () => {
    learn.dispose();
    expect(host.resolve("engine").memory().tensors, "live tensors").to.equal(tensors);
    await host[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });

  const reached = EVENTS.filter((event) => !event.startsWith("afterCancel"));
  for (const event of reached) {
    it(`a callback that throws in ${event} is named, what is settled is, and files are whole and closed`, async () => {
      const open = await descriptors();
      const failure: unknown = await learn.fit(2, 0.01, { cbs: [boom(event)] }).catch((error: unknown) => error);
      expect(String(failure)).to.include(`[boom@${event}] on purpose`);
      expect(settled).to.equal(1);
      expect(await descriptors(), "open files").to.equal(open);
      const csv = await readFile(join(root, "history.csv"), "utf8").catch(() => NO_ROWS); // who throws first comes before the logger
      expect(csv).to.match(/^epoch,train_loss,valid_loss,time\n(\d,[^\n]*\n)*$/);
      await learn.fit(1, 0.01); // the host and the Learner are as good as before
      expect(settled).to.equal(2);
    });
  }

  it("a plugin that throws is named by its tap", async () => {
    const failure: unknown = await learn
      .fit(1, 0.01, { cbs: [{ name: "trip", afterBatch: () => void (tripped = true) }] })
      .catch((e: unknown) => e);
    tripped = false;
    expect(String(failure)).to.include("[watchful/trip@afterBatch] a plugin of one's own");
    expect(settled).to.equal(1);
  });

  it("rates for another number of groups are refused before the first step, by both counts", async () => {
    const before = await stateOf(learn);
    for (const lr of [[0.1, 0.2, 0.3], [0.1]]) {
      const failure: unknown = await learn.fit(1, lr).catch((error: unknown) => error);
      expect(isFastapError(failure) && failure.code).to.equal("E_OPTIMIZERS_HYPER_COUNT");
      expect(String(failure)).to.include(`${lr.length} values for 2 parameter groups`);
    }
    expect(settled).to.equal(0);
    expect(JSON.parse(await stateOf(learn))[0]).to.deep.equal(JSON.parse(before)[0]);
    expect(String(await learn.fit(1, NaN).catch((e: unknown) => e))).to.include("E_OPTIMIZERS_HYPER_VALUE");
  });

  for (const [what, hidden, opt, says] of [
    ["of another model", 5, "adam", /weight is \[5, 2\], not \[4, 2\]/],
    ["of another optimizer", 4, "sgd", /hypers of group 0 differ/],
  ] as const) {
    it(`a file ${what} is refused by what differs, and changes neither weights nor optimizer`, async () => {
      const other = clouds(host, hidden, opt);
      await other.fit(1, 0.01);
      const file = await other.save("other");
      other.dispose();
      await learn.fit(1, 0.02);
      const before = await stateOf(learn);
      const failure: unknown = await learn.load(file).catch((error: unknown) => error);
      expect(isFastapError(failure) && failure.code).to.equal("E_LEARNER_FILE");
      expect(String(failure)).to.match(says);
      expect(await stateOf(learn)).to.equal(before);
    });
  }
});

let settled = 0;
let tripped = false;

/** A plugin that counts what is settled, and falls over when it is told to. */
const watchful = definePlugin({
  meta: { name: "watchful", version: "1.0.0", kernel: "*" },
  apply(host) {
    host.hooks.run.tap("watchful", ({ hooks }) => {
      hooks.settled.tap("watchful", () => void settled++);
      hooks.afterBatch.tap({ name: "watchful/trip", stage: 300 }, () => {
        if (tripped) throw new Error("a plugin of one's own");
      });
    });
  },
});

function boom(event: EventName): Callback {
  const act = (): never => {
    throw new Error("on purpose");
  };
  return { name: "boom", [event]: act };
}

/** How many files this process has open; 0 where the system does not tell. */
async function descriptors(): Promise<number> {
  return readdir("/proc/self/fd").then(
    ({ length }) => length,
    () => 0,
  );
}
