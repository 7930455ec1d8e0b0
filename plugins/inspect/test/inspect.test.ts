import type { Host } from "@fastap/kernel";
import { activationStats, collectData, flattenModel, hookOutput, hookOutputs, inspectable, mcDropout } from "@fastap/plugin-inspect";
import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { codeOf } from "./code-of.ts";
import { netHost, netLearner } from "./net.ts";

describe("inspect", () => {
  let host: Host;
  let learn: Learner;
  let before = 0;
  const tensors = (): number => host.resolve("engine").memory().tensors;
  beforeEach(async () => {
    host = await netHost();
    learn = netLearner(host);
    learn.createOpt();
    before = tensors();
  });
  afterEach(async () => {
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });

  it("sums a model up as fastai does", async () => {
    learn.freezeTo(0);
    learn.addCb(mcDropout(), activationStats());
    const summary = await learn.summary();
    expect(summary.replaceAll(/ +$/gm, "")).to.equal(
      `Sequential (Input shape: 8 x 4)
============================================================================
Layer (type)         Output Shape         Param #    Trainable
============================================================================
                     8 x 8
Linear                                    40         True
BatchNorm                                 16         True
Relu
Dropout
____________________________________________________________________________
                     8 x 3
Linear                                    27         True
____________________________________________________________________________

Total params: 83
Total trainable params: 83
Total non-trainable params: 0

Optimizer used: adam
Loss function: crossEntropyLossFlat

Model unfrozen

Callbacks:
  - activationStats
  - mcDropout`,
    );
    expect(tensors()).to.equal(before);
  });

  it("keeps the outputs of modules until it is told not to", async () => {
    const engine = host.resolve("engine");
    const layers = flattenModel(inspectable(learn.model));
    expect(layers.map((layer) => layer.path)).to.deep.equal(["0", "1", "2", "3", "4"]);
    const one = hookOutput(engine, inspectable(learn.model));
    const all = hookOutputs(engine, layers);
    await learn.validate();
    expect(one.stored?.map((tensor) => tensor.shape)).to.deep.equal([[8, 3]]);
    expect(all.stored.map((stored) => stored?.[0]?.shape.at(-1))).to.deep.equal([8, 8, 8, 8, 3]);
    expect(all.stored[2]?.[0]?.isDisposed).to.equal(false);
    for (const hook of [one, all]) hook.remove();
    one.remove();
    expect(tensors()).to.equal(before);
  });

  it("records statistics at every so many batches, and leaves nothing behind", async () => {
    const stats = activationStats({ withHist: true, every: 2, includeParamless: true });
    await learn.fit(2, 1e-2, { cbs: [stats] });
    learn.opt?.clearState();
    expect(tensors()).to.equal(before);
    expect(stats.stats).to.have.length(3); // of six batches
    expect(stats.stats[0]).to.have.length(5);
    const relu = stats.layerStats(2);
    expect(Math.min(...relu.nearZero)).to.be.greaterThan(0.2);
    expect(stats.hist(2)).to.have.length(40);
    const counted = stats.stats[0]?.[2]?.hist?.reduce((a, b) => a + b, 0);
    expect(counted).to.equal(64); // all of them between 0 and 10
    expect(stats.colorDim(2)).to.contain("<rect");
    expect(stats.plotLayerStats(-1)).to.contain("deviation");
    expect(codeOf(() => stats.layerStats(9))).to.equal("E_INSPECT_STATS");
    expect(codeOf(() => activationStats().hist(0))).to.equal("nothing was thrown"); // nothing recorded: nothing to show
  });

  it("says that histograms were not asked for", async () => {
    const stats = activationStats();
    await learn.fit(1, 1e-2, { cbs: [stats] });
    expect(codeOf(() => stats.hist(0))).to.equal("E_INSPECT_STATS");
  });

  it("leaves dropout on for predictions, and off afterwards", async () => {
    const [a, b] = [await learn.getPreds({ cbs: [mcDropout()] }), await learn.getPreds({ cbs: [mcDropout()] })];
    expect([...a.preds.data]).not.to.deep.equal([...b.preds.data]);
    const [c, d] = [await learn.getPreds(), await learn.getPreds()];
    expect([...c.preds.data]).to.deep.equal([...d.preds.data]);
  });

  it("collects what goes through the loop", async () => {
    const collected = collectData();
    await learn.fit(1, 1e-2, { cbs: [collected] });
    expect(collected.data).to.have.length(6); // three to train, three to validate
    expect(collected.data[0]?.xb[0]?.shape).to.deep.equal([8, 4]);
    expect(collected.data[0]?.pred[0]?.shape).to.deep.equal([8, 3]);
    expect(collected.data[5]?.loss[0]?.data).to.have.length(1);
  });

  it("makes callbacks by name and refuses unknown options", () => {
    expect(host.registry("callbacks").make(["activationStats", { every: 3 }]).name).to.equal("activationStats");
    expect(codeOf(() => host.registry("callbacks").make(["activationStats", { evry: 3 }]))).to.equal("E_INSPECT_OPTION");
    expect(codeOf(() => host.registry("callbacks").make(["mcDropout", { p: 3 }]))).to.equal("E_INSPECT_OPTION");
  });
});
