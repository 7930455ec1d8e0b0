import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { GroupNorm, LayerNorm } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("LayerNorm and GroupNorm", () => {
  const engine = createEngine();
  before(async () => await engine.activate(cpuBackend));

  it("normalise the last axis, or each group of channels over all places", () => {
    const before = tf.memory().numTensors;
    const [layer, group] = [new LayerNorm(2, { eps: 0 }), new GroupNorm(2, 4, { eps: 0, weight: 2, bias: 1 })];
    for (const module of [layer, group]) module.init({ engine, random: createRandom(1) });
    tf.tidy(() => {
      const rows = tf.tensor3d([1, 3, 5, -5], [1, 2, 2]);
      expect(Array.from((layer.forward(rows) as tf.Tensor).dataSync(), Math.round)).to.deep.equal([-1, 1, 1, -1]);
      const image = tf.tensor4d([0, 2, 7, 9, 2, 0, 9, 7], [1, 1, 2, 4]);
      expect(Array.from((group.forward(image) as tf.Tensor).dataSync(), Math.round)).to.deep.equal([-1, 3, -1, 3, 3, -1, 3, -1]);
    });
    expect(() => tf.tidy(() => layer.forward(tf.zeros([2, 3])) as tf.Tensor)).to.throw(/E_NN_SHAPE[^]*2\]/);
    expect(() => new GroupNorm(3, 4)).to.throw(/E_NN_OPTION[^]*3 groups do not divide 4/);
    for (const module of [layer, group]) module.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
