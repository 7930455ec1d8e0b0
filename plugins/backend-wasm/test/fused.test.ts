import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, numbers, runKernel, useWasm } from "./both-backends.ts";

const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const at = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;
const data = (tensors: readonly tf.Tensor[], i: number): ArrayLike<number> => tensors[i]?.dataSync() ?? [];

interface BatchNorm {
  y: number[];
  mean: number[];
  variance: number[];
  dx: number[];
  dGamma: number[];
  dBeta: number[];
}

/** Forward and gradients in float64. */
function batchNormByLoops(x: Float32Array, dy: Float32Array, gamma: Float32Array, beta: Float32Array, eps: number): BatchNorm {
  const channels = gamma.length;
  const rows = x.length / channels;
  const zeros = (): number[] => new Array<number>(channels).fill(0);
  const out: BatchNorm = { y: [], mean: zeros(), variance: zeros(), dx: [], dGamma: zeros(), dBeta: zeros() };
  const add = (sums: number[], i: number, v: number): void => void (sums[i % channels] = at(sums, i % channels) + v);
  x.forEach((v, i) => add(out.mean, i, v / rows));
  x.forEach((v, i) => add(out.variance, i, (v - at(out.mean, i % channels)) ** 2 / rows));
  const deviation = out.variance.map((v) => Math.sqrt(v + eps));
  const hat = Array.from(x, (v, i) => (v - at(out.mean, i % channels)) / at(deviation, i % channels));
  hat.forEach((h, i) => add(out.dGamma, i, h * at(dy, i)));
  dy.forEach((d, i) => add(out.dBeta, i, d));
  hat.forEach((h, i) => {
    const c = i % channels;
    out.y.push(h * at(gamma, c) + at(beta, c));
    out.dx.push((at(gamma, c) / at(deviation, c)) * (at(dy, i) - at(out.dBeta, c) / rows - (h * at(out.dGamma, c)) / rows));
  });
  return out;
}

describe("fused ops on wasm", () => {
  let tensors = 0;
  before(useWasm);
  beforeEach(() => void (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).to.equal(tensors));

  it("normalise batches as float64 loops do, with gradients, even with a mean far from zero", () => {
    fc.assert(
      fc.property(length(300), length(19), fc.constantFrom(0, 3, 100), (rows, channels, offset) => {
        const x = numbers(rows * channels, 1).map((v) => v + offset);
        const [dy, gamma, beta] = [numbers(x.length, 2), numbers(channels, 3), numbers(channels, 4)];
        const expected = batchNormByLoops(x, dy, gamma, beta, 1e-5);
        tf.tidy(() => {
          const [input, g] = [tf.tensor(x, [rows, 1, channels]), tf.tensor1d(gamma)];
          const forward = runKernel("FastapBatchNormTrain", { x: input, gamma: g, beta: tf.tensor1d(beta) }, { eps: 1e-5 });
          const [y, mean, variance] = forward as [tf.Tensor, tf.Tensor, tf.Tensor];
          const inputs = { x: input, dy: tf.tensor(dy, input.shape), gamma: g, beta: tf.tensor1d(beta), mean, variance };
          const grads = runKernel("FastapBatchNormTrainGrad", inputs, { eps: 1e-5 });
          // With a single row the deviation is sqrt(eps), which magnifies the rounding of the mean by 300.
          const tolerance = (rows < 8 ? 1e-3 : 1e-5) * (1 + offset);
          expectClose(y.dataSync(), expected.y, tolerance, "y");
          expectClose(mean.dataSync(), expected.mean, 2e-7, "mean");
          expectClose(variance.dataSync(), expected.variance, 1e-6, "variance");
          expectClose(data(grads, 0), expected.dx, tolerance, "dx");
          expectClose(data(grads, 1), expected.dGamma, tolerance, "dgamma");
          expectClose(data(grads, 2), expected.dBeta, 1e-6, "dbeta");
        });
      }),
      { numRuns: 60 },
    );
  });

  it("cross-entropy equals float64 loops, weighted and smoothed, and ignores labels outside the classes", () => {
    const smoothing = fc.constantFrom(0, 0, 0.1, 1);
    fc.assert(
      fc.property(length(12), length(40), fc.constantFrom(1, 10, 100), smoothing, fc.boolean(), (rows, classes, scale, eps, weighted) => {
        const logits = numbers(rows * classes).map((v) => v * scale);
        const labels = Int32Array.from({ length: rows }, (_, r) => ((r * 7) % (classes + 2)) - 1);
        const weight = weighted ? numbers(classes, 9).map((v) => v + 1) : new Float32Array(classes).fill(1);
        const [losses, gradients]: [number[], number[]] = [[], []];
        labels.forEach((label, r) => {
          const row = Array.from(logits.subarray(r * classes, (r + 1) * classes));
          const top = Math.max(...row);
          const sum = row.reduce((s, v) => s + Math.exp(v - top), 0);
          const inside = label >= 0 && label < classes;
          const target = row.map((_, c) => (inside ? at(weight, c) * ((c === label ? 1 - eps : 0) + eps / classes) : 0));
          const mass = target.reduce((s, v) => s + v, 0);
          losses.push(row.reduce((s, v, c) => s + at(target, c) * (Math.log(sum) + top - v), 0));
          row.forEach((v, c) => gradients.push((Math.exp(v - top) / sum) * mass - at(target, c)));
        });
        tf.tidy(() => {
          const inputs = { logits: tf.tensor2d(logits, [rows, classes]), labels: tf.tensor1d(labels, "int32") };
          const given = weighted ? { ...inputs, weight: tf.tensor1d(weight) } : inputs;
          const actual = runKernel("FastapSoftmaxCrossEntropy", given, { labelSmoothing: eps });
          expectClose(data(actual, 0), losses, 3e-7, "losses");
          expectClose(data(actual, 1), gradients, 3e-7, "gradients");
        });
      }),
      { numRuns: 100 },
    );
  });

  it("cross-entropy keeps all digits of a loss near 0 and of its gradient", () => {
    tf.tidy(() => {
      const inputs = { logits: tf.tensor2d([[12, 0, -1]]), labels: tf.tensor1d([0], "int32") };
      const actual = runKernel("FastapSoftmaxCrossEntropy", inputs, { labelSmoothing: 0 });
      const odds = [Math.exp(-12), Math.exp(-13)];
      const rest = odds.reduce((a, b) => a + b);
      const want = [-rest, ...odds].map((odd) => odd / (1 + rest));
      expectClose(
        Array.from(data(actual, 0), (loss) => loss / Math.log1p(rest)),
        [1],
        5e-7,
        "loss",
      );
      expectClose(
        Array.from(data(actual, 1), (slope, i) => slope / at(want, i)),
        [1, 1, 1],
        5e-7,
        "gradient",
      );
    });
  });

  it("carry NaN through", () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, NaN, 2, 3, 4, 5], [3, 2]);
      const ones = tf.ones([2]);
      const [y, mean] = runKernel("FastapBatchNormTrain", { x, gamma: ones, beta: ones }, { eps: 1e-5 });
      expect(Array.from(mean?.dataSync() ?? []).map(Number.isNaN)).to.deep.equal([false, true]);
      expect(Array.from(y?.dataSync() ?? []).map(Number.isNaN)).to.deep.equal([false, true, false, true, false, true]);
      const labels = tf.tensor1d([0, 0, 1], "int32");
      const [losses] = runKernel("FastapSoftmaxCrossEntropy", { logits: x, labels }, { labelSmoothing: 0 });
      expect(Array.from(losses?.dataSync() ?? []).map(Number.isNaN)).to.deep.equal([true, false, false]);
    });
  });
});
