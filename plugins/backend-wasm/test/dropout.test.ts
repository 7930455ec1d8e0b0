import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { makeBackend, tensorOf } from "./both-backends.ts";

const engine = createEngine();

describe("FastapDropout on wasm", () => {
  before(async () => await engine.activate(await makeBackend()));

  it("drops the very numbers that the composed definition drops", () => {
    const before = tf.memory().numTensors;
    for (const [size, p, seed] of [
      [1, 0.5, 1],
      [7, 0.5, 2],
      [1000, 0.1, 3],
      [1001, 0.99, 2 ** 31 - 1],
      [64, 0, 0],
    ] as const) {
      // prettier-ignore
      tf.tidy(() => {
        const x = tensorOf([size], 1);
        const [expected, actual] = [composedOps, engine.ops].map((ops) => Array.from(ops.dropout(x, p, seed).dataSync()));
        expect(actual).to.deep.equal(expected);
      });
    }
    expect(tf.memory().numTensors).to.equal(before);
  });
});
