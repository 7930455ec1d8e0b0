import { createHost, type Callback, type Host } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { bnFreeze, gradientAccumulation, gradientClip, shortEpoch } from "@fastap/plugin-training";
import { core } from "@fastap/preset-core";
import { expect } from "chai";

describe("training", () => {
  let host: Host;
  let tensors: number;
  let learn: Learner;

  beforeEach(async () => {
    host = await createHost({ presets: [core], plugins: [["progress", { mode: "none" }]], config: { backend: "cpu", seed: 1 } });
    tensors = host.resolve("engine").memory().tensors;
    learn = learner(host, 4);
  });
  afterEach(async () => {
    learn.dispose();
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    await host[Symbol.asyncDispose]();
  });

  it("gradientAccumulation reduces, clips and steps once for all its batches", async () => {
    const events: string[] = [];
    const log: Callback = {
      name: "log",
      beforeFit(run) {
        run.hooks.reduceGradients.tap("log", (grads) => (events.push("reduce"), grads));
      },
      beforeStep: () => void events.push("step"),
      afterCancelBatch: () => void events.push("wait"),
      afterBatch: (run) => void (run.training && events.push("batch")),
    };
    await learn.fit(1, 0.1, { cbs: [gradientAccumulation({ nAcc: 8 }), gradientClip(), log] });
    expect(events).to.deep.equal(["wait", "batch", "reduce", "step", "batch", "wait", "batch", "reduce", "step", "batch"]);
  });

  it("gradientAccumulation steps as one batch of all the items would", async () => {
    await learn.fit(1, 0.1, { cbs: [gradientAccumulation({ nAcc: 16 })] });
    const whole = learner(host, 16);
    await whole.fit(1, 0.1);
    const [a, b] = [await weightsOf(learn), await weightsOf(whole)];
    whole.dispose();
    expect(a.length).to.equal(b.length);
    for (const [i, value] of a.entries()) expect(value).to.be.closeTo(b[i] ?? NaN, 1e-6);
  });

  it("gradientClip bounds the step, whatever the norm", async () => {
    for (const normType of [1, 2, Infinity]) {
      const before = await weightsOf(learn);
      await learn.fit(1, 1, { cbs: [gradientClip({ maxNorm: 1e-3, normType }), shortEpoch({ pct: 0 })] });
      const moved = (await weightsOf(learn)).map((value, i) => Math.abs(value - (before[i] ?? NaN)));
      const norm = normType === Infinity ? Math.max(...moved) : moved.reduce((sum, m) => sum + m ** normType, 0) ** (1 / normType);
      expect(norm).to.be.closeTo(1e-3, 1e-5);
    }
  });

  it("shortEpoch leaves validation whole when told so", async () => {
    await learn.fit(1, 0.1, { cbs: [shortEpoch({ pct: 0, shortValid: false })] });
    expect(learn.recorder?.rawLosses).to.have.length(0);
    expect(learn.recorder?.history[0]).to.have.property("valid_loss");
  });

  it("bnFreeze keeps statistics of frozen norms only", async () => {
    const frozen = learner(host, 4, true);
    frozen.freezeTo(1);
    const before = await weightsOf(frozen, "running");
    await frozen.fit(1, 0.1, { cbs: [bnFreeze()] });
    expect(await weightsOf(frozen, "running")).to.deep.equal(before);
    await frozen.fit(1, 0.1);
    expect(await weightsOf(frozen, "running")).to.not.deep.equal(before);
    frozen.dispose();
  });

  it("callbacks are gated to training and gone once removed", async () => {
    const accumulate = gradientAccumulation({ nAcc: 1000 });
    learn.addCb(accumulate);
    await learn.validate();
    expect(accumulate.count).to.equal(0);
    await learn.fit(1, 0.1);
    expect(accumulate.count).to.equal(16);
    learn.removeCb(accumulate);
    const before = await weightsOf(learn);
    await learn.fit(1, 0.1);
    expect(await weightsOf(learn)).to.not.deep.equal(before);
  });

  it("options are checked", () => {
    const make = (name: string, options: unknown): Callback => host.registry("callbacks").make([name, options]);
    expect(make("GradientAccumulation", { nAcc: 8 })).to.include({ nAcc: 8 });
    expect(() => make("gradientAccumulation", { nacc: 8 })).to.throw(/nAcc/);
    expect(() => make("gradientClip", { maxNorm: 0 })).to.throw(/maxNorm/);
    expect(() => make("bnFreeze", { x: 1 })).to.throw(/unknown option/);
    expect(() => make("ShortEpochCallback", { pct: 2 })).to.throw(/pct/);
    expect(() => gradientAccumulation({ nAcc: 0 })).to.throw(/nAcc/);
  });

  it("names are unknown without the plugin", async () => {
    await using bare = await createHost({ presets: [core], plugins: [["training", false]], config: { backend: "cpu" } });
    expect(bare.registry("callbacks").has("gradientClip")).to.equal(false);
  });
});

/** Sixteen rows and a batch norm in the first group; the weights are the same for every one. */
function learner(host: Host, bs: number, norm: boolean = false): Learner {
  const dataset = new ArrayDataset([
    { data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)), shape: [2] },
    { data: Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)), shape: [1] },
  ]);
  const random = host.resolve("random");
  const start = random.state();
  const dls = DataLoaders.fromDatasets([dataset, dataset], {
    engine: host.resolve("engine"),
    random,
    bs,
    shuffle: false,
    lossFunc: "mseLossFlat",
  });
  const learn = createLearner(host, dls, ["mlp", { sizes: [2, 4, 1], ...(norm ? { norm: "batch" } : {}) }], {
    optFunc: "sgd",
    trainBn: false,
    splitter: (model) => {
      const params = model.parameters();
      return [params.slice(0, -2), params.slice(-2)];
    },
  });
  random.restore(start);
  return learn;
}

async function weightsOf({ model }: Learner, part: string = ""): Promise<number[]> {
  const state = await model.stateDict();
  return [...state].flatMap(([name, { data }]) => (name.includes(part) ? Array.from(data, Number) : []));
}
