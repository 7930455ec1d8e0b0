import { createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, expectSameAsCpu, makeBackend, numbers, tensorOf, useWasm } from "./both-backends.ts";

/** From 1e-6 to 40 and back, with both signs. */
const WIDE = [-1, 1].flatMap((sign) => Array.from({ length: 3001 }, (_, i) => sign * 10 ** (-6 + i * 0.00253)));

const erf = (x: number): number => {
  // The series; exact enough up to 3.
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) sum += (term *= (-x * x) / n) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
};

const FUNCTIONS: readonly [name: string, op: (x: tf.Tensor) => tf.Tensor, exact: (x: number) => number, limit: number][] = [
  ["exp", tf.exp, Math.exp, 40],
  ["log", tf.log, Math.log, Infinity],
  ["tanh", tf.tanh, Math.tanh, Infinity],
  ["erf", tf.erf, erf, 3],
  ["sqrt", tf.sqrt, Math.sqrt, Infinity],
  ["rsqrt", tf.rsqrt, (x) => 1 / Math.sqrt(x), Infinity],
  ["softplus", tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 40],
];

function values(op: (x: tf.Tensor) => tf.Tensor, x: readonly number[]): Float32Array {
  return tf.tidy(() => op(tf.tensor1d([...x])).dataSync<"float32">());
}

describe("functions of single numbers on wasm", () => {
  before(() => useWasm());

  for (const [name, op, exact, limit] of FUNCTIONS) {
    it(`${name} is exact to a few units in the last place`, () => {
      const x = Float32Array.from(WIDE.filter((v) => Math.abs(v) <= limit && !Number.isNaN(exact(v))));
      values(op, [...x]).forEach((y, i) => {
        const expected = exact(x[i] ?? 0);
        if (Math.abs(y - expected) > 4e-7 * Math.abs(expected) + 1e-37) expect.fail(`${name}(${x[i]}) = ${y}, expected ${expected}`);
      });
    });
  }

  it("keeps to the ends of float32", () => {
    expect([...values(tf.exp, [88.7, 88.8, Infinity, -Infinity, -200, 0])]).to.deep.equal([Math.fround(Math.exp(Math.fround(88.7))), Infinity, Infinity, 0, 0, 1]); // prettier-ignore
    expect([...values(tf.log, [0, -1, Infinity, 1])]).to.deep.equal([-Infinity, NaN, Infinity, 0]);
    expect([...values(tf.tanh, [-Infinity, Infinity, 0])]).to.deep.equal([-1, 1, 0]);
    expect([...values(tf.softplus, [-Infinity, Infinity, 200, -200])]).to.deep.equal([0, Infinity, 200, 0]);
    expectClose(values(tf.log, [1e-40, 1e-44]), [Math.log(Math.fround(1e-40)), Math.log(Math.fround(1e-44))], 1e-6);
  });

  it("carry NaN through, in vectors and in what is left of them", () => {
    for (const [name, op] of FUNCTIONS) expect([...values(op, new Array<number>(7).fill(NaN))], name).to.deep.equal(new Array(7).fill(NaN));
  });
});

describe("operations on two numbers on wasm", () => {
  before(() => useWasm());

  const OPS = [tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.squaredDifference, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual]; // prettier-ignore

  it("broadcast as cpu does, over any axes", async () => {
    const shape = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
    const cases = fc.sample(fc.tuple(shape, fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 31 }), fc.nat(4)), {
      numRuns: 60,
      seed: 7,
    });
    const mask = (lengths: readonly number[], bits: number): number[] => lengths.map((length, i) => ((bits >> i) & 1 ? 1 : length));
    await expectSameAsCpu(() =>
      cases.flatMap(([lengths, left, right, cut], i) => {
        const [a, b] = [tensorOf(mask(lengths, left), i), tensorOf(mask(lengths, right).slice(cut), i + 1)];
        return OPS.map((op) => tf.cast(op(tf.round(tf.mul(a, 3)), tf.add(tf.round(tf.mul(b, 3)), 0.5)), "float32"));
      }),
    );
  });

  it("go through many short rows as cpu does, where one row of the other side stands for all", async () => {
    const sizes = [[4096, 3], [64, 64, 3], [5003, 3], [2 * 5003, 2], [1000, 16], [700, 17], [4096, 2, 3]]; // prettier-ignore
    await expectSameAsCpu(() =>
      sizes.flatMap((size, i) => {
        const [many, one] = [tf.round(tf.mul(tensorOf(size, i), 3)), tf.add(tf.round(tf.mul(tensorOf(size.slice(-1), i + 1), 3)), 0.5)];
        return OPS.flatMap((op) => [tf.cast(op(many, one), "float32"), tf.cast(op(one, many), "float32")]);
      }),
    );
  });

  it("carry NaN through, and compare it with nothing", () => {
    const [x, nan] = [tf.tensor1d([1, NaN, 3, 4, NaN]), tf.scalar(NaN)];
    expect([...tf.maximum(x, 2).dataSync()]).to.deep.equal([2, NaN, 3, 4, NaN]);
    expect([...tf.minimum(nan, x).dataSync()]).to.deep.equal(new Array(5).fill(NaN));
    expect([...tf.greater(x, 2).dataSync()]).to.deep.equal([0, 0, 1, 1, 0]);
    expect([...tf.notEqual(x, x).dataSync()]).to.deep.equal([0, 1, 0, 0, 1]);
  });

  it("select as cpu does", async () => {
    await expectSameAsCpu(() => [3, 4, 11].map((n) => tf.where(tf.greater(tensorOf([n, 3]), 0), tensorOf([n, 3], 1), tensorOf([n, 3], 2))));
  });
});

describe("other kernels on wasm", () => {
  before(() => useWasm());

  it("make whole numbers of bytes", async () => {
    const engine = createEngine();
    await engine.activate(await makeBackend());
    for (const count of [0, 1, 7, 8, 9, 24, 1003]) {
      const bytes = Uint8Array.from({ length: count }, (_, i) => (i * 37 + 250) & 255);
      const tensor = engine.from(bytes, [count], "int32");
      expect([tensor.dtype, ...tensor.dataSync()]).to.deep.equal(["int32", ...bytes]);
      tensor.dispose();
    }
  });

  it("make floats of whole numbers, the nearest ones", () => {
    const whole = Int32Array.from([0, -1, 7, 2 ** 24 + 1, 2 ** 24 + 3, -(2 ** 31), 2 ** 31 - 1, 123456789, -5]);
    for (const count of [1, 3, 4, 9]) {
      const part = whole.subarray(0, count);
      expect([...tf.tidy(() => tf.cast(tf.tensor1d(part, "int32"), "float32").dataSync())]).to.deep.equal([...Float32Array.from(part)]);
    }
  });

  it("normalise with given statistics as cpu does", async () => {
    await expectSameAsCpu(() =>
      [1, 4, 6].flatMap((channels) => {
        const [x, mean, scale, offset] = [
          tensorOf([2, 3, 5, channels]),
          tensorOf([channels], 1),
          tensorOf([channels], 2),
          tensorOf([channels], 3),
        ];
        const variance = tf.abs(tensorOf([channels], 4));
        return [
          tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, 1e-3),
          tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, undefined, 1e-3),
        ];
      }),
    );
  });

  it("gather as cpu does, along any axis", async () => {
    await expectSameAsCpu(() => {
      const x = tensorOf([4, 5, 6]);
      const ids = tf.tensor2d([[3, 0, 1], [1, 1, 2]], undefined, "int32"); // prettier-ignore
      return [0, 1, 2].map((axis) => tf.gather(x, ids, axis));
    });
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => tf.gather(tensorOf([4, 5]), tf.tensor1d([1, 4], "int32")))).to.throw("index value 4 is not in [0, 3]");
    expect(tf.memory().numTensors).to.equal(before);
  });

  it("take the largest and smallest along any axes as cpu does, NaN if one is", async () => {
    await expectSameAsCpu(() => {
      const x = tensorOf([3, 5, 6, 7]);
      return [[0], [1], [3], [0, 1], [1, 2], [2, 3], [0, 1, 2, 3], [0, 2]].flatMap((axes) => [tf.max(x, axes), tf.min(x, axes, true)]);
    });
    const x = tf.tensor2d([1, NaN, 3, 4, 5, 6, 7, 8, 9, 10], [2, 5]);
    expect([...tf.max(x, 1).dataSync()]).to.deep.equal([NaN, 10]);
    expect([...tf.min(x, 0).dataSync()]).to.deep.equal([1, NaN, 3, 4, 5]);
    x.dispose();
  });

  it("sum long rows to float32 rounding", () => {
    const data = numbers(100_003).map((v) => v + 1000);
    const exact = data.reduce((sum, v) => sum + v, 0);
    expectClose(
      tf.tidy(() => tf.sum(tf.tensor1d(data)).dataSync()),
      [exact],
      1e-7,
    );
  });
});
