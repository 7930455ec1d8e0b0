import { createHost, type Callback, type Host, type Pred, type Tensor } from "@fastap/kernel";
import { ArrayDataset, DataLoaders } from "@fastap/plugin-data";
import { createLearner, type Learner } from "@fastap/plugin-learner";
import { Linear, Module } from "@fastap/plugin-nn";
import { rnnCbs, rnnOutputsOf, rnnRegularizer } from "@fastap/plugin-training";
import { core } from "@fastap/preset-core";
import { add, mean, mul, slice, square, sub, tidy } from "@tensorflow/tfjs-core";
import { expect } from "chai";

/** Gives what goes in as its raw state, and half of it as dropped out. */
class Echo extends Module {
  readonly head: Linear = new Linear(2, 1);
  resets = 0;

  reset(): void {
    this.resets++;
  }

  protected override call(x: Tensor): Pred {
    const out = this.head.forward(x) as Tensor; // [batch, 3, 1]
    return [mean(out, 1), [x, out], [x, mul(out, 0.5)]];
  }
}

describe("callbacks of recurrent models", () => {
  let host: Host;
  let tensors: number;
  let learn: Learner;
  let model: Echo;

  beforeEach(async () => {
    host = await createHost({ presets: [core], plugins: [["progress", { mode: "none" }]], config: { backend: "cpu", seed: 1 } });
    tensors = host.resolve("engine").memory().tensors;
    const set = new ArrayDataset([
      { data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), shape: [3, 2] },
      { data: Float32Array.from({ length: 4 }, (_, i) => Math.cos(i)), shape: [1] },
    ]);
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    const dls = DataLoaders.fromDatasets([set, set], { ...services, bs: 2, shuffle: false, lossFunc: "mseLossFlat" });
    model = new Echo();
    learn = createLearner(host, dls, model, { optFunc: "sgd" });
  });
  afterEach(async () => {
    learn.dispose();
    expect(host.resolve("engine").memory().tensors, "tensors left").to.equal(tensors);
    await host[Symbol.asyncDispose]();
  });

  it("add α·mean(dropped²) and β·mean(Δraw²) to what is differentiated, and nothing to the loss that is shown", async () => {
    const seen: number[][] = [];
    const look: Callback = {
      name: "look",
      order: 2,
      runValid: false,
      afterLoss: (run) => {
        const { raw, dropped } = rnnOutputsOf(run) ?? {};
        if (raw === undefined || dropped === undefined || run.lossGrad === undefined || run.loss === undefined) return;
        const steps = raw.shape[1] ?? 0;
        const extra = tidy(() => {
          const change = sub(slice(raw, [0, 1, 0], [-1, steps - 1, -1]), slice(raw, [0, 0, 0], [-1, steps - 1, -1]));
          return add(mul(mean(square(dropped)), 2), mul(mean(square(change)), 3));
        });
        seen.push([run.lossGrad, run.loss, extra].map((each) => each.dataSync()[0] ?? NaN));
      },
    };
    await learn.fit(1, 0.1, { cbs: [...rnnCbs({ alpha: 2, beta: 3 }), look] });
    expect(seen).to.have.length(2);
    for (const [grad = NaN, loss = NaN, extra = NaN] of seen) expect(grad).to.be.closeTo(loss + extra, 1e-6);
    expect(seen.map(([, loss]) => loss)).to.deep.equal(learn.recorder?.rawLosses);
  });

  it("reset the model before both phases and after the fit, once more at its beginning", async () => {
    await learn.fit(2, 0.1, { cbs: rnnCbs() });
    expect(model.resets).to.equal(1 + 2 * 2 + 1);
  });

  it("say what the regularizer needs", async () => {
    const plain = createLearner(host, learn.dls, ["mlp", { sizes: [6, 1], flatten: true }], { optFunc: "sgd" });
    const failure = await plain.fit(1, 0.1, { cbs: [rnnRegularizer({ alpha: 1 })] }).catch(String);
    plain.dispose();
    expect(failure).to.contain("E_TRAINING_OPTION").and.to.contain("rnnCallback");
    expect(rnnCbs().map(({ name }) => name)).to.deep.equal(["modelResetter", "rnnCallback"]);
  });
});
