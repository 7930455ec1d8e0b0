import { composedOps } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine } from "./cpu-engine.ts";

describe("findNotFinite", () => {
  before(() => cpuEngine());

  for (const [values, index] of [
    [[[1, 2], [3]], -1],
    [[[1, NaN], [3]], 0],
    [[[1, 2], [-Infinity]], 1],
    [[[1, 2], [3, Infinity], [NaN]], 1],
    [[[3e38, 3e38], [-3e38]], -1],
    [[[], [0]], -1],
    [[], -1],
  ] as const) {
    it(`is ${index} for ${JSON.stringify(values)}, and leaves nothing`, async () => {
      const before = tf.memory().numTensors;
      const tensors = values.map((list) => tf.tensor1d([...list]));
      expect(await composedOps.findNotFinite(tensors)).to.equal(index);
      expect(tf.memory().numTensors).to.equal(before + tensors.length);
      tf.dispose(tensors);
    });
  }
});
