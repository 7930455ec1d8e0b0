import { expect } from "chai";
import type { Tfjs } from "./op-cases.ts";

/** Hooks that dispose what a test makes and hold the number of tensors. Call it inside mocha's `describe`. */
export function countTensors(tf: Tfjs): void {
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
