import { createHost } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import {
  applyInit,
  BatchNorm,
  Cat,
  constant,
  Flatten,
  GroupNorm,
  Identity,
  initDefault,
  initLinear,
  InstanceNorm,
  Linear,
  Relu6,
  Sequential,
  sequential,
  TimeDistributed,
} from "@fastap/plugin-nn";
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

  it("sequential takes functions among layers", () => {
    const model = sequential(new Identity(), (x) => tf.mul(x ?? 0, 2), new Flatten());
    expect(run(model, [1, 3])[1]).to.deep.equal(Array.from(tf.tidy(() => tf.mul(tf.sin(tf.range(0, 3)), 2).dataSync())));
  });

  it("starts follow fastai's: by the activation, all but norms and what is frozen", async () => {
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    const values = async (module: Module, name: string): Promise<number[]> => {
      module.init(services);
      const { data = [] } = (await module.stateDict()).get(name) ?? {};
      module.dispose();
      return Array.from(data, Number);
    };
    const largest = (list: readonly number[]): number => Math.max(...list.map(Math.abs));
    const bound = (fan: number): number => Math.sqrt(6 / fan);
    const rectified = await values(initLinear(new Linear(200, 50), { act: new Relu6(), biasStd: 0 }), "weight");
    expect(largest(rectified)).to.be.within(0.97 * bound(200), bound(200));
    const plain = await values(initLinear(new Linear(200, 50), { biasStd: null }), "weight");
    expect(largest(plain)).to.be.within(0.97 / Math.sqrt(200), 1 / Math.sqrt(200));
    expect(await values(initDefault(new Linear(3, 2)), "bias")).to.deep.equal([0, 0]);
    const frozen = new Linear(2, 2, { weightInit: constant(7) });
    frozen.weight.trainable = false;
    const net = new Sequential(new BatchNorm(2, { bias: 0.5 }), frozen, new Linear(2, 2));
    applyInit(net, constant(3));
    const started: number[][] = [];
    for (const name of ["0.weight", "0.bias", "1.weight", "2.weight", "2.bias"]) started.push(await values(net, name));
    expect(started).to.deep.equal([
      [1, 1],
      [0.5, 0.5],
      [7, 7, 7, 7],
      [3, 3, 3, 3],
      [0, 0],
    ]);
  });
});
