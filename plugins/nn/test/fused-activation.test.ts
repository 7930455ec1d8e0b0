import { createHost } from "@fastap/kernel";
import type { Host, Pred } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import {
  BatchNorm,
  ConvLayer,
  LinBnDrop,
  Linear,
  MergeLayer,
  Mish,
  Relu,
  Sequential,
  SequentialEx,
  Sigmoid,
  Tanh,
} from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

/** A Relu that counts its calls. */
class CountingRelu extends Relu {
  calls = 0;

  override forward(...xb: readonly tf.Tensor[]): Pred {
    this.calls += 1;
    return super.forward(...xb);
  }
}

describe("an activation behind a layer that can apply it", () => {
  let host: Host;
  before(async () => {
    host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu", seed: 1 } });
  });
  after(async () => await host[Symbol.asyncDispose]());

  function started<M extends Module>(model: M): M {
    model.init({ engine: host.resolve("engine"), random: host.resolve("random").fork("test") });
    return model;
  }

  /** Values of a call, which leaves nothing behind. */
  function values(model: Module, x: tf.Tensor): number[] {
    const before = tf.memory().numTensors;
    const data = tf.tidy(() => Array.from((model.forward(x) as tf.Tensor).dataSync()));
    expect(tf.memory().numTensors).to.equal(before);
    return data;
  }

  const make: readonly (readonly [string, (act: Module) => Module, number[]])[] = [
    ["Linear", (act) => new Sequential(new Linear(3, 4), act), [2, 3]],
    ["Linear of sequences, without bias", (act) => new Sequential(new Linear(3, 4, { bias: false }), act), [2, 5, 3]],
    ["LinBnDrop", (act) => new LinBnDrop(3, 4, { bn: false, act }), [2, 3]],
    ["ConvLayer", (act) => new ConvLayer(2, 3, { norm: null, act: () => act }), [2, 4, 4, 2]],
    ["ConvLayer of lines", (act) => new ConvLayer(2, 3, { norm: null, ndim: 1, act: () => act }), [2, 4, 2]],
    ["BatchNorm", (act) => new Sequential(new BatchNorm(3), act), [4, 3]],
    ["BatchNorm behind a convolution", (act) => new ConvLayer(2, 3, { act: () => act }), [2, 4, 4, 2]],
    ["SequentialEx", (act) => new SequentialEx(new MergeLayer(), new Linear(3, 3), act), [2, 3]],
    ["transposed ConvLayer", (act) => new ConvLayer(2, 3, { norm: null, transpose: true, stride: 2, act: () => act }), [2, 3, 3, 2]],
  ];
  for (const [name, layer, shape] of make) {
    it(`${name}: one pass, and the same as two where somebody looks on`, () => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 3);
      for (const act of [new CountingRelu(), new Sigmoid(), new Tanh()]) {
        const model = started(layer(act));
        const together = values(model, x);
        if (act instanceof CountingRelu) expect(act.calls, "calls of the activation").to.equal(0);
        for (const observed of model.children().map(([, child]) => child)) {
          const seen: number[][] = [];
          const stop = observed.observe(({ output }) => void seen.push(Array.from((output as tf.Tensor).dataSync())));
          const apart = values(model, x);
          stop();
          expect(seen).to.have.length(1);
          if (observed === act) expect(seen[0]).to.deep.equal(apart);
          apart.forEach((value, i) => expect(value).to.be.closeTo(together[i] ?? NaN, 1e-6));
        }
        model.dispose();
      }
      x.dispose();
    });
  }

  it("BatchNorm in evaluation too, and forwardRelu of any layer", () => {
    const x = tf.randomNormal([4, 3], 0, 1, "float32", 3);
    const norm = new BatchNorm(3, { bias: 0.1 });
    const model = started(new Sequential(norm, new Relu()));
    const mish = started(new Mish());
    for (const training of [false, true]) {
      model.train(training);
      const expected = tf.tidy(() => Array.from(tf.relu(norm.forward(x) as tf.Tensor).dataSync()));
      const results = [values(model, x), tf.tidy(() => Array.from(norm.forwardRelu(x).dataSync()))];
      for (const result of results) result.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-6));
    }
    const positive = tf.tidy(() => Array.from(mish.forwardRelu(x).dataSync()));
    expect(Math.min(...positive)).to.equal(0);
    x.dispose();
    model.dispose();
    mish.dispose();
  });

  it("leaves names of parameters as they are, and activations that it cannot join", async () => {
    const plain = started(new Sequential(new Linear(2, 2), new Mish(), new Linear(2, 2), new BatchNorm(2), new Relu()));
    expect([...(await plain.stateDict()).keys()].slice(0, 4)).to.deep.equal(["0.weight", "0.bias", "2.weight", "2.bias"]);
    const x = tf.ones([3, 2]);
    expect(values(plain, x)).to.have.length(6);
    tf.dispose(x);
    plain.dispose();
  });

  it("names the layer whose input does not fit", () => {
    const model = started(new Sequential(new Linear(3, 4), new Relu()));
    const x = tf.ones([2, 5]);
    expect(() => model.forward(x)).to.throw(/layer "0"|0 \(Linear\)|Linear/);
    x.dispose();
    model.dispose();
  });
});
