import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import type { BackendNativeOptions } from "@fastap/plugin-backend-native";
import { evaluate, expectSame, makeNative, runKernel, tensorOf, useCpu, useNative, useWasm } from "./native.ts";
import { activatedNorms, convolutions, depthwise, large, losses, norms, passes } from "./random-kernels.ts";
import { pools, products, segments, sequences, steps, sums, withGradients } from "./random-kernels.ts";
import type { Kernel, Quad } from "./random-kernels.ts";

const setups: readonly BackendNativeOptions[] = [{ threads: 2 }, { threads: 1, isa: "avx2" }, { threads: 1, isa: "portable" }];

for (const options of setups) {
  describe(`kernels on native, ${JSON.stringify(options)}`, () => {
    before(async function () {
      await useNative(this, options);
    });

    const use = async (): Promise<void> => (await makeNative(options)).activate();
    const agrees = (kernels: fc.Arbitrary<Kernel>, other: () => Promise<void>, numRuns: number, tolerance?: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(kernels, (kernel) => expectSame(kernel, other, use, tolerance)),
        { numRuns },
      );

    it("convolve as cpu, with gradients, for any filter, stride and padding", () => agrees(convolutions, useCpu, 30));
    it("convolve depthwise as cpu, with gradients", () => agrees(depthwise, useCpu, 15));
    it("multiply as cpu, in all modes, batched, with gradients", () => agrees(products, useCpu, 30));
    it("give the gradient of max pooling as wasm", () => agrees(pools, useWasm, 20));
    it("sum over leading axes as cpu", () => agrees(sums, useCpu, 20));
    it("sum segments as cpu", () => agrees(segments, useCpu, 10));
    it("normalise batches as wasm, with gradients", () => agrees(norms(1), useWasm, 20, 1e-4));
    it("normalise batches and let pass what is over 0, as wasm, with gradients", () => agrees(activatedNorms, useWasm, 20, 1e-4));
    it("normalise batches with a mean far from zero", () => agrees(norms(100), useWasm, 10, 2e-3));
    it("give cross-entropy and its gradient as wasm", () => agrees(losses, useWasm, 30, 1e-6));
    it("run LSTM and GRU as wasm, with gradients", () => agrees(sequences, useWasm, 15, 1e-4));
    it("map, add and look up as cpu", () => agrees(passes, useCpu, 20));
    it("step optimizers as wasm", () => agrees(steps, useWasm, 30, 1e-6));

    if (options === setups[0]) it("agree over several blocks in every dimension", () => expectSame(large, useWasm, use, 1e-5));
  });
}

describe("whole kernels on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("carry NaN and infinities", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([NaN, Infinity, -Infinity, 100, -100]);
      const check = (y: tf.Tensor, expected: readonly number[]): void => {
        expect(Array.from(y.dataSync(), (v) => Math.round(v * 1e6) / 1e6)).to.deep.equal(expected);
      };
      check(tf.step(x), [NaN, 1, 0, 1, 0]);
      check(tf.tanh(x), [NaN, 1, -1, 1, -1]);
      check(tf.sigmoid(x), [NaN, 1, 0, 1, 0]);
      expect(Array.from(tf.relu(x).dataSync())).to.deep.equal([NaN, Infinity, 0, 100, 0]);
      expect(Array.from(tf.exp(x).dataSync())).to.deep.equal([NaN, Infinity, 0, Infinity, 0]);
    });
  });

  it("refuse an index outside as tfjs does, and leave no tensor", () => {
    const before = tf.backend().numDataIds();
    tf.tidy(() => {
      const [x, ids] = [tensorOf([3, 2]), tf.tensor1d([3], "int32")];
      expect(() => tf.gather(x, ids)).to.throw(/GatherV2.*3 is not in/);
    });
    expect(tf.backend().numDataIds()).to.equal(before);
  });

  it("cast to the same type without a copy, and keep the memory while it is used", () => {
    tf.tidy(() => {
      const x = tensorOf([4], 1);
      const expected = Array.from(x.dataSync());
      const y = tf.cast(x, "float32");
      x.dispose();
      expect(Array.from(y.dataSync())).to.deep.equal(expected);
    });
  });
});

describe("threads on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("give the same bits as one", async () => {
    const shapes: readonly [Quad, Quad, number][] = [
      [[8, 12, 12, 24], [3, 3, 24, 130], 1],
      [[5, 31, 31, 3], [5, 5, 3, 40], 2],
      [[16, 2, 2, 100], [3, 3, 100, 260], 1],
    ];
    const run = async (threads: number): Promise<string[]> => {
      await (await makeNative({ threads })).activate();
      const outputs = evaluate(() => [
        ...shapes.flatMap(([x, w, stride]) =>
          withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, "same"), tensorOf(x, 1), tensorOf(w, 2)),
        ),
        ...withGradients((a, b) => tf.matMul(a, b), tensorOf([64, 784], 1), tensorOf([784, 256], 2)),
        tf.sum(tensorOf([5000, 70], 1), 0),
        ...runKernel(
          "FastapBatchNormTrain",
          { x: tensorOf([5000, 70], 1), gamma: tensorOf([70], 2), beta: tensorOf([70], 3) },
          { eps: 1e-5 },
        ),
        ...runKernel(
          "FastapSoftmaxCrossEntropy",
          { logits: tensorOf([300, 1000], 1), labels: tf.zeros([300], "int32") },
          { labelSmoothing: 0 },
        ),
      ]);
      return outputs.map((out) =>
        createHash("sha256")
          .update(new Uint8Array(out.buffer, out.byteOffset, out.byteLength))
          .digest("hex"),
      );
    };
    const one = await run(1);
    for (const threads of [2, 5]) expect(await run(threads), `${threads} threads`).to.deep.equal(one);
  });
});
