import type { FusedActivation } from "@fastap/kernel";
import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

const activations: readonly (FusedActivation | undefined)[] = [undefined, "relu", "sigmoid", "tanh"];

const definitions = { relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh } as const;

describe("products and sums with a bias and an activation", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  /** Compares the gradients of the sum of squares of `f` with differences. */
  function checkGradients(params: ReadonlyMap<string, tf.Tensor>, f: (...params: tf.Tensor[]) => tf.Tensor): void {
    const loss = (values: ReadonlyMap<string, tf.Tensor>): tf.Tensor => tf.sum(tf.square(f(...values.values())));
    const { value, grads } = engine.valueAndGrad(params, () => loss(params));
    expect([...grads.keys()]).to.deep.equal([...params.keys()]);
    for (const [name, param] of params) {
      const numeric = numericGrad((moved) => loss(new Map([...params, [name, moved]])).dataSync()[0] ?? 0, param, 3e-3);
      expectClose(grads.get(name) ?? [], numeric, 4e-3);
    }
    tf.dispose([value, ...params.values(), ...grads.values()]);
  }

  for (const activation of activations) {
    it(`linear, ${activation ?? "no activation"}: the definition and all gradients`, () =>
      withoutLeak(() => {
        const [x, weight, bias] = [numbers(1, [3, 4]), numbers(2, [4, 2]), numbers(3, [2])];
        const plain = tf.tidy(() => {
          const sums = tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias);
          return activation === undefined ? sums : definitions[activation](sums);
        });
        const y = engine.ops.linear(x, weight, bias, activation);
        expectClose(y, plain, 1e-6);
        tf.dispose([plain, y]);
        checkGradients(
          new Map([
            ["x", x],
            ["weight", weight],
            ["bias", bias],
          ]),
          (a, b, c) =>
            // prettier-ignore
            engine.ops.linear(a as tf.Tensor, b as tf.Tensor, c, activation),
        );
        checkGradients(
          new Map([
            ["x", numbers(4, [3, 4])],
            ["weight", numbers(5, [4, 2])],
          ]),
          (a, b) =>
            // prettier-ignore
            engine.ops.linear(a as tf.Tensor, b as tf.Tensor, undefined, activation),
        );
      }));

    it(`biasActivation, ${activation ?? "no activation"}: all gradients, with a bias and without`, () =>
      withoutLeak(() => {
        checkGradients(
          new Map([
            ["x", numbers(1, [2, 3, 2])],
            ["bias", numbers(2, [2])],
          ]),
          (x, bias) =>
            // prettier-ignore
            engine.ops.biasActivation(tf.mul(x as tf.Tensor, 2), bias, activation),
        );
        checkGradients(new Map([["x", numbers(3, [2, 3])]]), (x) =>
          engine.ops.biasActivation(tf.mul(x as tf.Tensor, 2), undefined, activation),
        );
      }));
  }

  it("computes the gradient of the input only where somebody asks for it", () =>
    withoutLeak(() => {
      const [x, weight] = [numbers(1, [3, 4]), numbers(2, [4, 2])];
      const products = { before: 0 };
      const kernel = tf.getKernel("BatchMatMul", "cpu");
      tf.unregisterKernel("BatchMatMul", "cpu");
      tf.registerKernel({ ...kernel, kernelFunc: (call) => ((products.before += 1), kernel.kernelFunc(call)) });
      const { value, grads } = engine.valueAndGrad(new Map([["weight", weight]]), () => tf.sum(engine.ops.linear(x, weight)));
      tf.unregisterKernel("BatchMatMul", "cpu");
      tf.registerKernel(kernel);
      expect(products.before).to.equal(2);
      tf.dispose([x, weight, value, ...grads.values()]);
    }));

  it("names an input that does not fit", () =>
    withoutLeak(() => {
      const [x, wide, two] = [tf.ones([2, 3]), tf.ones([4, 2]), tf.ones([2])];
      for (const call of [
        () => engine.ops.biasActivation(x, two),
        () => engine.ops.linear(x, wide),
        () => engine.ops.linear(two, wide),
        () => engine.ops.linear(x, two),
      ]) {
        expect(thrownBy(call)).to.have.property("code", "E_ENGINE_OP_INPUT");
      }
      tf.dispose([x, wide, two]);
    }));
});
