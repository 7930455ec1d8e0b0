import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { makeBackend, numbers } from "./both-backends.ts";

/** By its definition, index by index. */
function byLoops(values: ArrayLike<number>, shape: readonly number[], perm: readonly number[]): number[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  let offsets = [0];
  for (const axis of perm)
    offsets = offsets.flatMap((at) => Array.from({ length: shape[axis] ?? 0 }, (_, i) => at + i * (strides[axis] ?? 0)));
  return offsets.map((at) => values[at] ?? NaN);
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

describe("Transpose on wasm", () => {
  let tensors: number[];
  before(async () => await (await makeBackend()).activate());
  beforeEach(() => void (tensors = [tf.memory().numTensors, tf.backend().numDataIds()]));
  afterEach(() => expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(tensors));

  const check = (shape: number[], perm: number[], dtype: "float32" | "int32" | "bool" = "float32"): void => {
    const values =
      dtype === "float32" ? numbers(size(shape), 3) : Array.from({ length: size(shape) }, (_, i) => (dtype === "bool" ? i % 2 : i));
    const [out, got] = tf.tidy(() => {
      const y = tf.transpose(tf.tensor(values, shape, dtype), perm);
      return [{ shape: y.shape, dtype: y.dtype }, Array.from(y.dataSync())];
    });
    expect(out).to.deep.equal({ shape: perm.map((axis) => shape[axis]), dtype });
    expect(got).to.deep.equal(
      byLoops(
        tf.tidy(() => tf.tensor(values, shape, dtype).dataSync()),
        shape,
        perm,
      ),
    );
  };

  it("puts every number where it belongs, for any axes in any order", () => {
    const axes = fc
      .integer({ min: 1, max: 5 })
      .chain((rank) =>
        fc.tuple(
          fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 21 })), { minLength: rank, maxLength: rank }),
          fc.shuffledSubarray([0, 1, 2, 3, 4].slice(0, rank), { minLength: rank, maxLength: rank }),
        ),
      );
    fc.assert(
      fc.property(axes, fc.constantFrom("float32", "int32", "bool"), ([shape, perm], dtype) => {
        if (size(shape) < 50_000) check(shape, perm, dtype);
      }),
      { numRuns: 150 },
    );
  });

  for (const [shape, perm] of [
    [[37, 53], [1, 0]],
    [[2, 9, 11, 3], [0, 3, 1, 2]],
    [[2, 3, 9, 11], [0, 2, 3, 1]],
    [[8, 6, 3, 3], [2, 3, 1, 0]],
    [[1, 40, 1, 50], [3, 2, 1, 0]],
    [[0, 40], [1, 0]],
  ] as const) it(`[${shape.join(", ")}] by [${perm.join(", ")}]`, () => check([...shape], [...perm])); // prettier-ignore

  it("keeps NaN and its kin as they are", () => {
    tf.tidy(() => {
      const values = Array.from({ length: 100 }, (_, i) => [NaN, Infinity, -0, 1e-42][i % 4] ?? 0);
      const twice = tf.transpose(tf.transpose(tf.tensor2d(values, [10, 10])));
      expect(Array.from(twice.dataSync())).to.deep.equal(Array.from(Float32Array.from(values)));
    });
  });
});
