import type { FusedActivation, FusedOps } from "@fastap/kernel";
import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, makeBackend, tensorOf } from "./both-backends.ts";

const engine = createEngine();

describe("FastapBiasActivation and FastapLinear on wasm", () => {
  before(async () => await engine.activate(await makeBackend()));

  it("adds by channel, in the memory of what it gets unless that is shared, and leaves nothing behind", () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (const channels of [1, 3, 8, 13]) {
      tf.tidy(() => {
        const [x, bias] = [tensorOf([3, 2, channels], 1), tensorOf([channels], 2)];
        const expected = Array.from(tf.add(x, bias).dataSync());
        const view = tf.reshape(x, [-1]);
        const kept = Array.from(view.dataSync());
        const other = engine.ops.biasActivation(x, bias);
        expectClose(other.dataSync(), expected, 1e-7);
        expect(Array.from(view.dataSync()), "shared").to.deep.equal(kept);
        view.dispose();
        const ids = tf.backend().numDataIds();
        expectClose(engine.ops.biasActivation(x, bias).dataSync(), expected, 1e-7);
        expect(tf.backend().numDataIds(), "in place").to.equal(ids);
      });
    }
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
  });

  it("has both gradients where the input is of use to another gradient too", () => {
    const params = new Map([["x", tensorOf([4, 3], 1)], ["bias", tensorOf([3], 2)]]); // prettier-ignore
    const gradients = (add: (x: tf.Tensor, bias: tf.Tensor) => tf.Tensor): number[][] => {
      const [x, bias] = [...params.values()] as [tf.Tensor, tf.Tensor];
      // The gradient of exp needs its output, which biasActivation takes over unless the tape keeps it.
      const { value, grads } = engine.valueAndGrad(params, () => tf.sum(tf.square(add(tf.exp(x), bias))));
      const data = [...grads.values()].map((grad) => Array.from(grad.dataSync()));
      tf.dispose([value, ...grads.values()]);
      return data;
    };
    const expected = gradients((x, bias) => tf.add(x, bias));
    gradients((x, bias) => engine.ops.biasActivation(x, bias)).forEach((grad, i) => expectClose(grad, expected[i] ?? [], 1e-6));
    tf.dispose([...params.values()]);
  });

  /** Value and gradients of the sum of squares. */
  function results(params: Record<string, tf.Tensor>, f: () => tf.Tensor): number[][] {
    const { value, grads } = engine.valueAndGrad(new Map(Object.entries(params)), () => tf.sum(tf.square(f())));
    const data = [value, ...grads.values()].map((tensor) => Array.from(tensor.dataSync()));
    tf.dispose([value, ...grads.values()]);
    return data;
  }

  for (const activation of [undefined, "relu", "sigmoid", "tanh"] as const) {
    it(`computes what the definitions say: ${activation ?? "no activation"}`, () => {
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      for (const [rows, nIn, nOut] of [
        [1, 1, 1],
        [5, 3, 2],
        [17, 30, 13],
        [64, 8, 24],
      ] as const) {
        // prettier-ignore
        const params = { x: tensorOf([rows, nIn], 1), weight: tensorOf([nIn, nOut], 2), bias: tensorOf([nOut], 3) };
        const cases: readonly ((ops: FusedOps) => tf.Tensor)[] = [
          (ops) => ops.linear(params.x, params.weight, params.bias, activation),
          (ops) => ops.linear(params.x, params.weight, undefined, activation),
          (ops) => ops.biasActivation(tf.matMul(params.x as tf.Tensor2D, params.weight as tf.Tensor2D), params.bias, activation),
          (ops) => ops.biasActivation(tf.mul(params.x, 3), undefined, activation),
        ];
        for (const f of cases) {
          const [actual, expected] = [engine.ops, composedOps].map((ops) => results(params, () => f(ops))) as [number[][], number[][]];
          expect(actual.length).to.equal(expected.length);
          actual.forEach((values, i) => expectClose(values, expected[i] ?? [], 2e-6, `result ${i}`));
        }
        tf.dispose(Object.values(params));
      }
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).to.deep.equal(before);
    });
  }

  it("keeps NaN, and infinity where the activation does", () => {
    const apply = (activation: FusedActivation): number[] =>
      tf.tidy(() =>
        Array.from(engine.ops.biasActivation(tf.tensor1d([NaN, Infinity, -Infinity, -0.5, 0]), undefined, activation).dataSync()),
      );
    expect(apply("relu")).to.deep.equal([NaN, Infinity, 0, 0, 0]);
    expectClose(apply("sigmoid"), [NaN, 1, 0, 0.3775406688, 0.5], 1e-6);
    expectClose(apply("tanh"), [NaN, 1, -1, -0.4621171573, 0], 1e-6);
  });
});
