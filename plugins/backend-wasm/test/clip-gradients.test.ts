import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, makeBackend, tensorOf } from "./both-backends.ts";

const engine = createEngine();

describe("FastapClipGradients on wasm", () => {
  before(async () => await engine.activate(await makeBackend()));

  it("equals its composed definition, in place unless memory is shared", () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (const maxNorm of [0.1, 1, 100, Infinity]) {
      tf.tidy(() => {
        const make = (): tf.Tensor[] => [tensorOf([7], 1), tensorOf([3, 5], 2), tensorOf([], 3)];
        const [given, same] = [make(), make()];
        const view = tf.reshape(given[1] ?? tf.scalar(0), [-1]);
        const kept = Array.from(view.dataSync());
        const expected = composedOps.clipGradients(same, maxNorm);
        const actual = engine.ops.clipGradients(given, maxNorm);
        expectClose(actual.norm.dataSync(), expected.norm.dataSync(), 1e-6);
        expected.grads.forEach((grad, i) => expectClose(actual.grads[i]?.dataSync() ?? [], grad.dataSync(), 1e-6, `gradient ${i}`));
        expect(Array.from(view.dataSync())).to.deep.equal(kept);
        expect(actual.grads[0]).to.equal(given[0]);
      });
    }
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
  });

  it("makes NaN of everything where one is", () => {
    tf.tidy(() => {
      const { norm, grads } = engine.ops.clipGradients([tf.tensor1d([NaN, 1]), tf.tensor1d([1])], 1);
      expect([norm, ...grads].flatMap((x) => Array.from(x.dataSync())).every(Number.isNaN)).to.equal(true);
    });
  });

  it("only measures where the limit is infinite, whatever the gradients hold", () => {
    tf.tidy(() => {
      const { norm, grads } = engine.ops.clipGradients([tf.tensor1d([NaN, 1]), tf.tensor1d([Infinity])], Infinity);
      expect(Array.from(norm.dataSync())).to.deep.equal([NaN]);
      expect(grads.flatMap((x) => Array.from(x.dataSync()))).to.deep.equal([NaN, 1, Infinity]);
    });
  });

  it("sums squares of any count", () => {
    for (const count of [1, 3, 7, 8, 9, 63, 1000, 12_345]) {
      tf.tidy(() => {
        const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10);
        const { norm } = engine.ops.clipGradients([tf.tensor1d(values)], Infinity);
        const expected = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
        expectClose(norm.dataSync(), [expected], 1e-7);
      });
    }
  });
});
