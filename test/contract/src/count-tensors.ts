import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

/** Hooks that dispose what a test makes and hold the number of tensors. */
export function countTensors(): void {
  let before = 0;
  beforeEach(async () => {
    await tf.ready();
    before = tf.memory().numTensors;
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    expect(tf.memory().numTensors, "tensors left").to.equal(before);
  });
}
