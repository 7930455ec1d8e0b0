import { createHost } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { BatchNorm, Cat, Flatten, GroupNorm, Identity, InstanceNorm, Linear, TimeDistributed } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("options of layers", () => {
  let host: Host;
  before(async () => void (host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu", seed: 1 } })));
  after(() => host[Symbol.asyncDispose]());

  /** Shape and values; everything is disposed. */
  function run(module: Module, shape: readonly number[], training = false): readonly [number[], number[]] {
    module.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    module.train(training);
    const size = shape.reduce((a, b) => a * b, 1);
    const result: [number[], number[]] = [[], []];
    tf.tidy(() => {
      const y = module.forward(tf.sin(tf.reshape(tf.range(0, size), [...shape]))) as tf.Tensor;
      result[0] = y.shape;
      result[1] = Array.from(y.dataSync());
    });
    return result;
  }

  it("norms without weights are those whose weights are 1 and 0, and have none", () => {
    const before = tf.memory().numTensors;
    for (const [plain, weighted] of [
      [new BatchNorm(3, { affine: false }), new BatchNorm(3)],
      [new InstanceNorm(4, { affine: false }), new InstanceNorm(4)],
      [new GroupNorm(2, 6, { affine: false }), new GroupNorm(2, 6)],
    ] as const) {
      const shape = [2, 3, 5, plain instanceof BatchNorm ? 3 : plain.nf];
      for (const training of [true, false]) expect(run(plain, shape, training)).to.deep.equal(run(weighted, shape, training));
      expect(plain.parameters()).to.have.length(0);
      for (const module of [plain, weighted]) module.dispose();
    }
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("TimeDistributed gives the same step by step, and on other axes", () => {
    const linear = new Linear(4, 2);
    const atOnce = run(new TimeDistributed(linear), [2, 3, 4]);
    const steps = run(new TimeDistributed(linear, { lowMem: true }), [2, 3, 4]);
    expect(steps[0]).to.deep.equal([2, 3, 2]);
    for (const [i, value] of steps[1].entries()) expect(value).to.be.closeTo(atOnce[1][i] ?? NaN, 1e-6);
    expect(run(new TimeDistributed(new Identity(), { tdim: 2 }), [2, 3, 4, 5])[0]).to.deep.equal([2, 3, 4, 5]);
    linear.dispose();
  });

  it("Cat joins on any axis, and Flatten makes one row of all", () => {
    const twice = [new Identity(), new Identity()];
    expect([run(new Cat(twice), [2, 3, 4])[0], run(new Cat(twice, 1), [2, 3, 4])[0]]).to.deep.equal([
      [2, 3, 8],
      [2, 6, 4],
    ]);
    expect([run(new Flatten({ full: true }), [2, 3, 4])[0], run(new Flatten(), [2, 3, 4])[0]]).to.deep.equal([[24], [2, 12]]);
  });
});
