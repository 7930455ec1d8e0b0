import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, expectSameAsCpu, runKernel, tensorOf, useWasm } from "./both-backends.ts";

const FLOATS_PER_MEGABYTE = 2 ** 18;

function heapBytes(): number {
  return (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
}

/** One training step's worth of kernels. */
function step(): readonly tf.Tensor[] {
  const [x, w] = [tensorOf([2, 8, 8, 3], 1), tensorOf([3, 3, 3, 4], 2)];
  return tf.grads((a, b) => tf.mean(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same"), [0, 1, 2]))([x, w]);
}

describe("kernels on the shared heap", () => {
  before(useWasm);

  it("go on after the heap has grown", async function () {
    await expectSameAsCpu(step);
    const before = heapBytes();
    if (before > 2 ** 31) {
      console.log("      skipped: another test has made the heap as large as it gets");
      this.skip();
    }
    const big = tf.zeros([96 * FLOATS_PER_MEGABYTE]);
    expect(heapBytes()).to.be.greaterThan(before);
    await expectSameAsCpu(step);
    big.dispose();
  });

  it("grow the heap themselves", () => {
    tf.tidy(() => {
      const wide = tf.ones([3, 24 * FLOATS_PER_MEGABYTE]);
      const sums = tf.sum(wide, 0);
      expectClose(tf.slice(sums, sums.size - 2, 2).dataSync(), [3, 3], 0);
    });
  });

  it("give the same bits every time", () => {
    const run = (): number[][] => tf.tidy(() => step().map((t) => Array.from(t.dataSync())));
    expect(run()).to.deep.equal(run());
  });

  it("leave no memory behind over many steps", () => {
    const [tensors, ids, bytes] = [tf.memory().numTensors, tf.backend().numDataIds(), heapBytes()];
    for (let i = 0; i < 200; i++) tf.tidy(() => void step());
    expect([tf.memory().numTensors, tf.backend().numDataIds(), heapBytes()]).to.deep.equal([tensors, ids, bytes]);
  });

  it("carry NaN through convolutions, products and sums", () => {
    tf.tidy(() => {
      const x = tf.tensor([NaN, ...new Array<number>(15).fill(1)], [1, 4, 4, 1]) as tf.Tensor4D;
      const y = tf.conv2d(x, tf.ones([2, 2, 1, 1]) as tf.Tensor4D, 2, "valid");
      expect(Array.from(y.dataSync())).to.deep.equal([NaN, 4, 4, 4]);
      const square = tf.reshape(x, [4, 4]);
      expect(Array.from(tf.matMul(square, tf.ones([4, 1]), true).dataSync())).to.deep.equal([NaN, 4, 4, 4]);
      expect(Array.from(tf.sum(square, 0).dataSync())).to.deep.equal([NaN, 4, 4, 4]);
    });
  });

  it("refuse what they cannot compute, by name", () => {
    const tensors = tf.memory().numTensors;
    tf.tidy(() => {
      const [logits, labels] = [tf.ones([2, 3]), tf.tensor1d([0, 1], "int32")];
      const run = (inputs: Record<string, tf.Tensor>): unknown => runKernel("FastapSoftmaxCrossEntropy", inputs, {});
      expect(() => run({ logits, labels: tf.ones([2]) })).to.throw(/E_BACKEND_WASM_DTYPE.*FastapSoftmaxCrossEntropy/);
      expect(() => run({ logits, labels: tf.tensor1d([0], "int32") })).to.throw(/E_BACKEND_WASM_SHAPE/);
      expect(() => run({ logits: tf.ones([6]), labels })).to.throw(/E_BACKEND_WASM_SHAPE/);
      const [x, dy, filter] = [tf.ones([1, 2, 4, 4]), tf.ones([1, 2, 2, 2]), tf.ones([3, 3, 2, 1])];
      const attrs = { strides: 1, pad: "valid", dataFormat: "NCHW", inputShape: x.shape };
      expect(() => runKernel("DepthwiseConv2dNativeBackpropInput", { dy, filter }, attrs)).to.throw(/E_BACKEND_WASM_LAYOUT/);
    });
    expect(tf.memory().numTensors).to.equal(tensors);
  });
});
