import { createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { makeBackend, numbers } from "./both-backends.ts";

const engine = createEngine();

describe("FastapFindNotFinite on wasm", () => {
  before(async () => await engine.activate(await makeBackend({ threads: 1 })));

  it("answers at once, wherever in whatever length the number is, and makes no tensor", () => {
    for (const count of [1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 64, 100]) {
      for (let place = 0; place < count; place++) {
        const value = [NaN, Infinity, -Infinity][place % 3] ?? NaN;
        const broken = numbers(count);
        broken[place] = value;
        tf.tidy(() => {
          const tensors = [tf.tensor1d(numbers(7)), tf.tensor(broken, [1, count]), tf.scalar(NaN)];
          const before = [tf.memory().numTensors, tf.backend().numDataIds()];
          expect(engine.ops.findNotFinite(tensors), `${value} at ${place} of ${count}`).to.equal(1);
          expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
        });
      }
    }
  });

  it("passes all that is finite, however large or small", () => {
    tf.tidy(() => {
      const extremes = [3.4028235e38, -3.4028235e38, 1e-45, -1e-45, 0, -0];
      expect(engine.ops.findNotFinite([tf.tensor1d(extremes), tf.tensor1d([]), tf.scalar(-1), tf.tensor1d(numbers(1000))])).to.equal(-1);
      expect(engine.ops.findNotFinite([])).to.equal(-1);
    });
  });
});
