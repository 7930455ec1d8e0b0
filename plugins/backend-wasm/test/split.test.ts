import * as tf from "@tensorflow/tfjs-core";
import { expectSameAsCpu, tensorOf } from "./both-backends.ts";

describe("SplitV on wasm", () => {
  it("cuts along any axis, in equal or given parts, as cpu does", async () => {
    await expectSameAsCpu(() => [
      ...tf.split(tensorOf([5, 7, 2]), [1, 4, 2], 1),
      ...tf.split(tensorOf([6, 3]), 3),
      ...tf.split(tensorOf([4, 6]), [1, -1], -1),
      ...tf.split(tf.range(0, 12, 1, "int32"), 4),
      ...tf.split(tf.cast(tensorOf([3, 5]), "bool"), [2, 3], 1),
      ...tf.split(tensorOf([2, 3]), [0, 3], 1),
    ]);
  });
});
