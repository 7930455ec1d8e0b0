import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { useWasm } from "./both-backends.ts";

/** Number of tensors, and the message of what `make` throws. */
function refusal(make: () => tf.Tensor): string {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  try {
    tf.tidy(() => void make());
    return "accepted";
  } catch (error) {
    expect([tf.memory().numTensors, tf.backend().numDataIds()], "tensors").to.deep.equal(before);
    return String(error);
  }
}

describe("a full heap of the wasm backend", () => {
  before(() => useWasm());

  it("refuses tensors of own and of tfjs's kernels, with a smaller batch size, and goes on", () => {
    const column = tf.ones([60_000, 1]);
    const row = tf.ones([1, 40_000]);
    const message = /E_BACKEND_WASM_MEMORY[^]*\[60000, 40000\] of 9600000000 bytes does not fit[^]*30000 instead of 60000/;
    expect(refusal(() => tf.matMul(column, row))).to.match(message);
    expect(refusal(() => tf.add(column, row))).to.match(message);
    expect(refusal(() => tf.tile(column, [1, 40_000]))).to.match(message);
    expect(tf.tidy(() => tf.sum(tf.add(column, 1)).dataSync()[0])).to.equal(120_000);
    tf.dispose([column, row]);
  });
});
