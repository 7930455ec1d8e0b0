import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectSameAsCpu, tensorOf, useWasm } from "./both-backends.ts";

describe("GatherV2 on wasm", () => {
  it("takes rows as cpu does, of any rank and dtype, and along other axes too", async () => {
    const ids = (): tf.Tensor => tf.tensor2d([0, 4, 2, 2, 1, 0], [2, 3], "int32");
    await expectSameAsCpu(() => [
      tf.gather(tensorOf([5, 7]), ids() as tf.Tensor1D),
      tf.gather(tensorOf([5, 2, 3]), tf.tensor1d([4, 0], "int32")),
      tf.gather(tensorOf([5]), tf.tensor1d([3, 3, 1], "int32")),
      tf.gather(tf.range(0, 10, 1, "int32"), tf.tensor1d([9], "int32")),
      tf.gather(tensorOf([3, 5, 2]), tf.tensor1d([4, 0], "int32"), 1),
      tf.gather(tensorOf([2, 5, 2]), tf.tensor2d([4, 0, 1, 1], [2, 2], "int32"), 1, 1),
    ]);
  });

  it("refuses a number that is no row, and leaves nothing behind", async () => {
    await useWasm();
    const [table, low, high] = [tensorOf([3, 2]), tf.tensor1d([0, -1], "int32"), tf.tensor1d([3], "int32")];
    const before = tf.backend().numDataIds();
    expect(() => tf.gather(table, low)).to.throw(/-1 is not in \[0, 2\]/);
    expect(() => tf.gather(table, high)).to.throw(/3 is not in \[0, 2\]/);
    expect(tf.backend().numDataIds()).to.equal(before);
    tf.dispose([table, low, high]);
  });
});
