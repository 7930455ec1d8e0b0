import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, tensorOf, useWasm } from "./both-backends.ts";

const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

describe("reductions and segment sums on wasm", () => {
  before(useWasm);

  it("sums and averages over any axes as cpu does", async () => {
    const axes = fc.subarray([0, 1, 2, 3], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(length(7), { minLength: 4, maxLength: 4 }), axes, fc.boolean(), (shape, axis, keepDims) =>
        expectSameAsCpu(() => [tf.sum(tensorOf(shape), axis, keepDims), tf.mean(tensorOf(shape), axis, keepDims)]),
      ),
      { numRuns: 60 },
    );
  });

  it("sums a long leading axis to float32 rounding", () => {
    tf.tidy(() => {
      const value = Math.fround(0.1);
      expectClose(
        tf.sum(tf.fill([200_000, 3], value), 0).dataSync(),
        [value, value, value].map((v) => 200_000 * v),
        3e-7,
      );
    });
  });

  it("sums segments as cpu does, float32 and int32, dropping strangers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 1, maxLength: 20 }), length(9), (ids, columns) =>
        expectSameAsCpu(() => {
          const segments = tf.tensor1d(ids, "int32");
          const floats = tensorOf([ids.length, 2, columns]);
          return [tf.unsortedSegmentSum(floats, segments, 5), tf.unsortedSegmentSum(tf.cast(tf.mul(floats, 9), "int32"), segments, 5)];
        }),
      ),
      { numRuns: 30 },
    );
    const dtype = tf.tidy(() => tf.unsortedSegmentSum(tf.ones([2, 2], "int32"), tf.tensor1d([0, 0], "int32"), 1).dtype);
    expect(dtype).to.equal("int32");
  });

  it("differentiates an embedding as cpu does", () =>
    expectSameAsCpu(() => {
      const [ids, table, dy] = [tf.tensor2d([[3, 1, 3], [0, 3, 6]], [2, 3], "int32"), tensorOf([7, 5]), tensorOf([2, 3, 5], 1)]; // prettier-ignore
      return [tf.grad((x: tf.Tensor) => tf.gather(x, ids))(table, dy)];
    }));

  it("differentiates pooling as cpu does", async () => {
    for (const pad of ["same", "valid", 1] as const) {
      await expectSameAsCpu(() => {
        const x = tensorOf([2, 7, 6, 5]) as tf.Tensor4D;
        return [tf.maxPool, tf.avgPool].map((pool) => tf.grad((a: tf.Tensor) => pool(a as tf.Tensor4D, 3, 2, pad))(x));
      });
    }
  });
});
