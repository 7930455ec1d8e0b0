import type { OptFunc, Param } from "@fastap/kernel";
import { optimWrapper, optimizerEntries, tfRule, torchAdamw, torchRmsprop, torchSgd } from "@fastap/plugin-optimizers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { codeOf, param, stepOnce, useFixture, valueOf } from "./fixture.ts";

const names = [
  "tf.train.sgd",
  "tf.train.momentum",
  "tf.train.adam",
  "tf.train.rmsprop",
  "tf.train.adagrad",
  "torch.optim.Adam",
  "torch.optim.SGD",
];

/** By the entry, as a config would. */
function foreign(options: object): OptFunc {
  const entry = optimizerEntries.find(({ name }) => name === "optimWrapper");
  if (entry === undefined) throw new Error("no entry optimWrapper");
  return entry.make(options, undefined as never);
}

describe("optimWrapper", () => {
  const { params, build } = useFixture();

  it("does what the optimizer of tfjs does", () => {
    for (const make of [(lr: number) => tf.train.adam(lr), (lr: number) => tf.train.adagrad(lr), (lr: number) => tf.train.adamax(lr)]) {
      const [ours, theirs] = params(param("a", [1, -2]), param("b", [1, -2])) as [Param, Param];
      const opt = build(optimWrapper(tfRule("foreign", make)), [[ours]]);
      const plain = make(0.1);
      for (const g of [0.1, 0.2, -0.3]) {
        stepOnce(opt, { a: [g, 1] });
        tf.tidy(() => plain.applyGradients([{ name: (theirs.value as tf.Variable).name, tensor: tf.tensor1d([g, 1]) }]));
      }
      expect(valueOf(ours)).to.deep.equal(valueOf(theirs));
      plain.dispose();
    }
  });

  it("schedules the rate by group, and freezes", () => {
    const [a, b] = params(param("a", [1]), param("b", [1])) as [Param, Param];
    const opt = build(foreign({ opt: "tf.train.sgd" }), [[a], [b]]);
    opt.setHyper("lr", [0.1, 0.5]);
    stepOnce(opt, { a: [1], b: [1] });
    expect([valueOf(a), valueOf(b)]).to.deep.equal([[0.9], [0.5]]);
    opt.freezeTo(-1);
    stepOnce(opt, { a: [1], b: [1] });
    expect([valueOf(a), valueOf(b)]).to.deep.equal([[0.9], [0]]);
  });

  it("has PyTorch's hypers under our names", () => {
    const [w] = params(param("w", [1])) as [Param];
    const hypers = (func: OptFunc): unknown => build(func, [[w]]).groups[0]?.hypers;
    expect(hypers(optimWrapper(torchSgd({ momentum: 0.9 })))).to.deep.equal({ lr: 0.1, mom: 0.9, dampening: 0, wd: 0 });
    expect(hypers(optimWrapper(torchAdamw({ betas: [0.8, 0.9] })))).to.deep.equal({ lr: 0.1, mom: 0.8, sqrMom: 0.9, eps: 1e-8, wd: 0.01 });
    expect(hypers(optimWrapper(torchRmsprop(), { hpMap: { alpha: "decay" } }))).to.have.property("decay", 0.99);
  });

  it("continues from a saved state as if never stopped", async () => {
    for (const opt of names) {
      const [a, b] = params(param("1.weight", [1, -2]), param("1.weight", [1, -2])) as [Param, Param];
      const straight = build(foreign({ opt }), [[a]]);
      for (let i = 0; i < 7; i++) stepOnce(straight, { "1.weight": [i, 1] });
      const first = build(foreign({ opt }), [[b]]);
      for (let i = 0; i < 4; i++) stepOnce(first, { "1.weight": [i, 1] });
      const second = build(foreign({ opt }), [[b]], { lr: 99 });
      second.loadStateDict(await first.stateDict());
      for (let i = 4; i < 7; i++) stepOnce(second, { "1.weight": [i, 1] });
      expect([...b.value.dataSync()], opt).to.deep.equal([...a.value.dataSync()]);
    }
  });

  it("names what it does not know", () => {
    const [w] = params(param("w", [1])) as [Param];
    expect(codeOf(() => foreign({ opt: "torch.optim.sgd" })))
      .to.contain("E_OPTIMIZERS_OPTION")
      .and.contain("torch.optim.SGD");
    expect(codeOf(() => foreign({ opt: "torch.optim.SGD", mom: 0.9 }))).to.contain("E_OPTIMIZERS_OPTION");
    expect(codeOf(() => build(foreign({ opt: "tf.train.adam" }), [[w]]).setHyper("wd", 1))).to.contain("E_OPTIMIZERS_HYPER_UNKNOWN");
  });
});
