import type { OptFunc, Param } from "@fastap/kernel";
import { adam, lamb, larc, optFunc, qhadam, radam, ranger, rmsprop, sgd } from "@fastap/plugin-optimizers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { engine } from "./engine.ts";
import { codeOf, gradients, param, stepOnce, useFixture, valueOf } from "./fixture.ts";

/** One parameter at a time, and all in one call. */
const pairs: readonly (readonly [OptFunc, OptFunc])[] = [
  [sgd({ mom: 0.9, wd: 0.1 }), sgd({ mom: 0.9, wd: 0.1 }, engine)],
  [rmsprop({ mom: 0.9, wd: 0.1, decoupleWd: false }), rmsprop({ mom: 0.9, wd: 0.1, decoupleWd: false }, engine)],
  [radam({ wd: 0.1 }), radam({ wd: 0.1 }, engine)],
  [radam({ beta: 50 }), radam({ beta: 50 }, engine)],
  [qhadam({ wd: 0.1, nu2: 0.9 }), qhadam({ wd: 0.1, nu2: 0.9 }, engine)],
  [lamb({ wd: 0.1 }), lamb({ wd: 0.1 }, engine)],
  [larc({ wd: 0.1 }), larc({ wd: 0.1 }, engine)],
  [
    larc({ wd: 0.1, clip: false, decoupleWd: false, trustCoeff: 2 }),
    larc({ wd: 0.1, clip: false, decoupleWd: false, trustCoeff: 2 }, engine),
  ],
  [larc({ mom: 0, moveZeros: true }), larc({ mom: 0, moveZeros: true }, engine)],
  [ranger({ k: 3 }), ranger({ k: 3 }, engine)],
];

describe("an optimizer", () => {
  const { params, build } = useFixture();

  it("steps trainable parameters that have a gradient, and no others", () => {
    const [a, b, c] = params(param("a", [1]), param("b", [1]), param("c", [1])) as [Param, Param, Param];
    const opt = build(sgd(), [[a, b, c]]);
    b.trainable = false;
    stepOnce(opt, { a: [1], b: [1] });
    expect([a, b, c].map(valueOf)).to.deep.equal([[0.9], [1], [1]]);
  });

  it("decays weights before the step, but neither biases nor norm parameters", () => {
    const [w, b, n] = params(param("w", [1]), param("b", [1], "bias"), param("n", [1], "norm")) as [Param, Param, Param];
    stepOnce(build(sgd({ wd: 0.5 }), [[w, b, n]]), { w: [1], b: [1], n: [1] });
    expect([w, b, n].map(valueOf)).to.deep.equal([[0.85], [0.9], [0.9]]);
  });

  it("decays them all with wdBnBias", () => {
    const [w, b] = params(param("w", [1]), param("b", [1], "bias")) as [Param, Param];
    const opt = sgd({ wd: 0.5 })([[w, b]], { lr: 0.1, wdBnBias: true });
    stepOnce(opt, { w: [1], b: [1] });
    expect([w, b].map(valueOf)).to.deep.equal([[0.85], [0.85]]);
  });

  it("debiases with the momentum of the moment", () => {
    const [w] = params(param("w", [0])) as [Param];
    const opt = build(adam(engine, { wd: 0, eps: 0 }), [[w]], { lr: 1 });
    stepOnce(opt, { w: [1] });
    expect(valueOf(w)).to.deep.equal([-1]);
    opt.setHyper("mom", 0.5);
    stepOnce(opt, { w: [1] }); // avg = .1·.5 + .5 = .55, debiased by 1 − .5²
    expect(valueOf(w)[0]).to.be.closeTo(-1 - 0.55 / 0.75, 1e-6);
  });

  it("steps all parameters in one call of an engine as it does one by one", () => {
    for (const [number, pair] of pairs.entries()) {
      const runs = pair.map((func) => {
        const [w, b] = params(param("w", [1, -2, 0.5]), param("b", [0.3], "bias")) as [Param, Param];
        const opt = build(func, [[w], [b]], { lr: 0.05 });
        for (let t = 0; t < 14; t++) stepOnce(opt, { w: [Math.sin(t), 0.5, -1], b: [Math.cos(t)] });
        return [...w.value.dataSync(), ...b.value.dataSync()];
      });
      runs[0]?.forEach((value, i) => expect(runs[1]?.[i], `pair ${number}, value ${i}`).to.be.closeTo(value, 2e-6));
    }
  });

  it("freezes groups, keeps norm parameters training, and takes negative counts", () => {
    const [w, n, head] = params(param("w", [1]), param("n", [1], "norm"), param("head", [1])) as [Param, Param, Param];
    const opt = build(sgd(), [[w, n], [head]]);
    opt.freezeTo(-1);
    expect(opt.frozenIdx).to.equal(1);
    expect([w, n, head].map((p) => p.trainable)).to.deep.equal([false, true, true]);
    opt.freezeTo(0);
    expect([w, n, head].every((p) => p.trainable)).to.equal(true);
    const strict = sgd()([[w, n], [head]], { lr: 0.1, trainBn: false });
    strict.freezeTo(1);
    expect([w, n, head].map((p) => p.trainable)).to.deep.equal([false, false, true]);
    expect(codeOf(() => opt.freezeTo(-3)))
      .to.contain("E_OPTIMIZERS_FREEZE")
      .and.contain("-3");
  });

  it("names an unknown hyper, a wrong count, a wrong option and a wrong gradient", () => {
    const [a, b] = params(param("a", [1]), param("b", [1])) as [Param, Param];
    const opt = build(adam(engine), [[a], [b]]);
    expect(codeOf(() => opt.setHyper("sqr_mom", 1)))
      .to.contain("E_OPTIMIZERS_HYPER_UNKNOWN")
      .and.contain('Did you mean "sqrMom"?');
    expect(codeOf(() => opt.setHyper("lr", [1, 2, 3]))).to.contain("3 values for 2 parameter groups");
    for (const lr of [NaN, -1, [0.1, -0.1], { slice: [null, -0.1] }, { slice: [0.1, -0.1] }, { slice: [-0.1, -0.1] }] as const) {
      const error = codeOf(() => opt.setHyper("lr", lr));
      expect(error).to.contain("E_OPTIMIZERS_HYPER_VALUE").and.contain('hyper "lr" must be finite and not below 0');
    }
    opt.setHyper("lr", { slice: [null, 0] });
    expect(opt.groups.map(({ hypers }) => hypers.lr)).to.deep.equal([0, 0]);
    expect(codeOf(() => sgd({ moms: 1 } as never)))
      .to.contain("E_OPTIMIZERS_OPTION")
      .and.contain('Did you mean "mom"?');
    expect(codeOf(() => adam(engine, { decoupleWd: 1 as never }))).to.contain("must be a boolean");
    const grads = gradients({ a: [1], b: [1, 2] });
    expect(codeOf(() => opt.step(grads)))
      .to.contain("E_OPTIMIZERS_GRAD")
      .and.contain("b");
    expect(valueOf(a), "nothing moved").to.deep.equal([1]);
    opt.zeroGrad(grads);
  });

  it("refuses repeated names, plain tensors and no groups", () => {
    const [a, twin] = params(param("a", [1]), param("a", [1])) as [Param, Param];
    const plain = { ...a, name: "p", value: tf.tensor1d([1]) };
    params(plain);
    for (const groups of [[[a], [twin]], [[plain]], []]) expect(codeOf(() => sgd()(groups, { lr: 1 }))).to.contain("E_OPTIMIZERS_PARAMS");
  });

  it("runs a rule of one's own", () => {
    const [w] = params(param("w", [3])) as [Param];
    const sign = optFunc({
      name: "sign",
      hypers: {},
      steps: [(p) => p.param.assign(tf.sub(p.param, tf.mul(tf.sign(p.grad), p.hyper("lr"))))],
    });
    stepOnce(build(sign, [[w]], { lr: 0.5 }), { w: [-7] });
    expect(valueOf(w)).to.deep.equal([3.5]);
  });

  it("does not grow over many steps", () => {
    const [w] = params(param("w", [1, 2])) as [Param];
    const opt = build(ranger(), [[w]]);
    stepOnce(opt, { w: [1, 1] });
    const after = tf.memory().numTensors;
    for (let i = 0; i < 50; i++) stepOnce(opt, { w: [1, 1] });
    expect(tf.memory().numTensors).to.equal(after);
  });
});
