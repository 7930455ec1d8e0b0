import type { StepItem, StepRule } from "@fastap/kernel";
import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import { expectClose, makeBackend, numbers } from "./both-backends.ts";

const hypers = { lr: 0.1, mom: 0.9, sqrMom: 0.99, eps: 1e-5, t: 3, wd: 0, l2: 0 };
const engine = createEngine();
const values = (x: tf.Tensor | undefined): number[] => Array.from(x?.dataSync() ?? []);

function item(count: number, seed: number, avg: boolean, sqrAvg: boolean): StepItem {
  const positive = (): tf.Tensor => tf.tensor1d(numbers(count, seed + 3).map(Math.abs));
  return {
    param: tf.tensor1d(numbers(count, seed)),
    grad: tf.tensor1d(numbers(count, seed + 1)),
    avg: avg ? tf.tensor1d(numbers(count, seed + 2)) : undefined,
    sqrAvg: sqrAvg ? positive() : undefined,
    ...hypers,
  };
}

/** Rules with the moments that they are given. */
// prettier-ignore
const rules = fc.constantFrom<[rule: StepRule, avg: boolean, sqrAvg: boolean]>(
  ["sgd", false, false], ["sgd", true, false], ["rmsprop", false, true], ["rmsprop", true, true], ["adam", true, true], ["radam", true, true],
  ["qhadam", true, true], ["lamb", true, true], ["larc", true, false], ["larc", false, false], ["lookahead", true, false],
);
const local = fc.record({
  trustCoeff: fc.constantFrom(0.02, 5),
  wd: fc.constantFrom(0, 0.5),
  clip: fc.boolean(),
  moveZeros: fc.boolean(),
});

/** Kernels that keep a packed copy of a parameter, each called with a parameter of the shape that it takes. */
const packers: Readonly<Record<string, readonly [shape: number[], run: (v: tf.Tensor) => tf.Tensor]>> = {
  BatchMatMul: [[4, 3], (v) => tf.matMul(tf.ones([2, 4]), v)],
  _FusedMatMul: [[4, 3], (v) => tf.fused.matMul({ a: tf.ones([2, 4]) as tf.Tensor2D, b: v as tf.Tensor2D, activation: "relu" })],
  Conv2D: [[3, 3, 1, 2], (v) => tf.conv2d(tf.ones([1, 5, 5, 1]) as tf.Tensor4D, v as tf.Tensor4D, 1, "valid")],
  FusedConv2D: [
    [3, 3, 1, 2],
    (v) =>
      tf.fused.conv2d({ x: tf.ones([1, 5, 5, 1]) as tf.Tensor4D, filter: v as tf.Tensor4D, strides: 1, pad: "valid", activation: "relu" }),
  ],
  DepthwiseConv2dNative: [[3, 3, 2, 1], (v) => tf.depthwiseConv2d(tf.ones([1, 5, 5, 2]) as tf.Tensor4D, v as tf.Tensor4D, 1, "valid")],
  FusedDepthwiseConv2D: [
    [3, 3, 2, 1],
    (v) =>
      tf.fused.depthwiseConv2d({
        x: tf.ones([1, 5, 5, 2]) as tf.Tensor4D,
        filter: v as tf.Tensor4D,
        strides: 1,
        pad: "valid",
        activation: "relu",
      }),
  ],
  Prelu: [[3], (v) => tf.prelu(tf.mul(tf.ones([2, 3]), -1), v)],
};

describe("FastapOptimizerStep on wasm", () => {
  let tensors = [0, 0];
  before(async () => await engine.activate(await makeBackend()));
  beforeEach(() => void (tensors = [tf.memory().numTensors, tf.backend().numDataIds()]));
  afterEach(() => expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(tensors));

  it("steps as the composed definition does, for any rule and several sizes at once", () => {
    const decay = fc.constantFrom({}, { wd: 0.5 }, { l2: 0.5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });
    const moments = fc.constantFrom(1, 3, 9);
    fc.assert(
      fc.property(rules, sizes, decay, moments, local, fc.constantFrom(0, 50), ([rule, avg, sqrAvg], counts, more, t, rate, beta) => {
        tf.tidy(() => {
          const items = counts.map((count, i) => ({
            ...item(count, 5 * i, avg, sqrAvg),
            ...more,
            t,
            nu1: 0.7,
            nu2: 0.9,
            beta,
            local: rate,
          }));
          const expected = composedOps.optimizerStep(rule, items);
          const actual = engine.ops.optimizerStep(rule, items);
          expected.forEach((want, i) => {
            const got = actual[i];
            expectClose(values(got?.param), values(want.param), 1e-6, `${rule} param ${i}`);
            expectClose(values(got?.avg), values(want.avg), 1e-6, `${rule} avg ${i}`);
            expectClose(values(got?.sqrAvg), values(want.sqrAvg), 1e-6, `${rule} sqrAvg ${i}`);
            expectClose(values(got?.localRate), values(want.localRate), 1e-6, `${rule} rate ${i}`);
          });
        });
      }),
      { numRuns: 100 },
    );
  });

  it("follows lamb where a parameter or its update is 0, and carries NaN", () => {
    tf.tidy(() => {
      const zero = { ...item(5, 1, true, true), param: tf.zeros([5]) };
      const still = { ...item(5, 1, true, true), grad: tf.zeros([5]), avg: tf.zeros([5]) };
      const nan = { ...item(3, 1, true, true), grad: tf.tensor1d([NaN, 1, 1]) };
      for (const rule of ["lamb", "adam"] as const) {
        const expected = composedOps.optimizerStep(rule, [zero, still, nan]);
        const actual = engine.ops.optimizerStep(rule, [zero, still, nan]);
        expected.forEach((want, i) => expectClose(values(actual[i]?.param), values(want.param), 1e-6, `${rule} ${i}`));
      }
    });
  });

  it("follows larc where a parameter is 0, and carries NaN", () => {
    tf.tidy(() => {
      for (const moveZeros of [false, true]) {
        const local = { trustCoeff: 0.02, wd: 0.1, clip: true, moveZeros };
        const zero = { ...item(5, 1, true, false), param: tf.zeros([5]), local };
        const nan = { ...item(3, 1, true, false), grad: tf.tensor1d([NaN, 1, 1]), local };
        const expected = composedOps.optimizerStep("larc", [zero, nan]).map(({ param }) => values(param));
        const actual = engine.ops.optimizerStep("larc", [zero, nan]).map(({ param }) => values(param));
        expect(expected[0]?.every((x) => x === 0)).to.equal(!moveZeros);
        expected.forEach((want, i) => expectClose(actual[i] ?? [], want, 1e-6, `${moveZeros} ${i}`));
      }
    });
  });

  it("writes in place what nothing else shares, and leaves alone what others see", () => {
    tf.tidy(() => {
      const own = item(6, 1, true, true);
      const shared = item(6, 2, true, true);
      const [snapshot, before] = [tf.reshape(shared.param, [2, 3]), values(shared.param)];
      const [first, second] = engine.ops.optimizerStep("adam", [own, shared]);
      expect(first).to.deep.equal({ param: own.param, avg: own.avg, sqrAvg: own.sqrAvg });
      expect(second?.param).not.to.equal(shared.param);
      expect(second?.avg).to.equal(shared.avg);
      expect(values(snapshot)).to.deep.equal(before);
      expect(values(second?.param)).not.to.deep.equal(before);
    });
  });

  it("carries on in a variable for many steps without a new tensor", () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([100])));
    const grad = tf.ones([100]);
    const count = tf.memory().numTensors;
    for (let i = 0; i < 100; i++) engine.ops.optimizerStep("sgd", [{ param: variable, grad, ...hypers }]);
    expect(tf.memory().numTensors).to.equal(count);
    expect(variable.dataSync()[0]).to.be.closeTo(-9, 1e-4);
    tf.dispose([variable, grad]);
  });

  describe("leaves no kernel with weights that it packed before", () => {
    const step = (param: tf.Tensor): void => {
      const grad = tf.fill(param.shape, -10);
      const [after] = engine.ops.optimizerStep("sgd", [{ param, grad, ...hypers, lr: 1 }]);
      expect(after?.param, "in place").to.equal(param);
    };
    for (const [kernel, [shape, run]] of Object.entries(packers)) {
      it(kernel, () => {
        tf.tidy(() => {
          const weights = tf.ones(shape);
          const before = values(run(weights)); // packs
          step(weights);
          const after = values(run(weights));
          expect(after).to.deep.equal(before.map((v) => 11 * v));
        });
      });
    }

    it("though a bare write to the heap would, which is the trap", () => {
      tf.tidy(() => {
        const [shape, run] = packers["Prelu"] ?? [[], (v: tf.Tensor) => v];
        const weights = tf.ones(shape);
        const before = values(run(weights));
        const backend = tf.backend() as unknown as { typedArrayFromHeap(x: tf.Tensor): Float32Array };
        backend.typedArrayFromHeap(weights).fill(11);
        expect(values(run(weights)), "stale").to.deep.equal(before);
        step(weights);
        expect(values(run(weights))).to.deep.equal(before.map((v) => 21 * v));
      });
    });
  });
});
