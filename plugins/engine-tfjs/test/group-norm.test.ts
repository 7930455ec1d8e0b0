import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

const eps = 1e-5;

describe("groupNorm", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  for (const [groups, what] of [
    [1, "layer norm"],
    [2, "group norm"],
    [4, "instance norm"],
  ] as const) {
    it(`with ${groups} groups of 4 channels normalises as ${what}`, () =>
      withoutLeak(() => {
        const [x, one, zero] = [numbers(1, [2, 3, 5, 4]), tf.ones([4]), tf.zeros([4])];
        const y = engine.ops.groupNorm(x, one, zero, groups, eps);
        expect(y.shape).to.deep.equal(x.shape);
        const { mean, variance } = tf.tidy(() => tf.moments(tf.reshape(y, [2, 15, groups, 4 / groups]), [1, 3]));
        expectClose(mean, new Float32Array(2 * groups), 1e-5);
        expectClose(variance, new Float32Array(2 * groups).fill(1), 1e-3);
        tf.dispose([x, one, zero, y, mean, variance]);
      }));
  }

  it("has the right gradients in x, gamma and beta", () =>
    withoutLeak(() => {
      const params = new Map([["x", numbers(1, [2, 3, 4])], ["gamma", numbers(2, [4])], ["beta", numbers(3, [4])]]); // prettier-ignore
      const cotangent = numbers(4, [2, 3, 4]);
      const loss = (values: ReadonlyMap<string, tf.Tensor>): tf.Tensor => {
        const [x, gamma, beta] = [...values.values()] as [tf.Tensor, tf.Tensor, tf.Tensor];
        return tf.sum(tf.mul(engine.ops.groupNorm(x, gamma, beta, 2, eps), cotangent));
      };
      const { value, grads } = engine.valueAndGrad(params, () => loss(params));
      for (const [name, param] of params) {
        const numeric = numericGrad((moved) => loss(new Map([...params, [name, moved]])).dataSync()[0] ?? 0, param);
        expectClose(grads.get(name) ?? [], numeric, 4e-3);
      }
      tf.dispose([value, cotangent, ...params.values(), ...grads.values()]);
    }));

  it("names what does not fit", () =>
    withoutLeak(() => {
      const [x, four, two] = [tf.ones([3, 4]), tf.ones([4]), tf.ones([2])];
      const attempts = [
        ["groups", () => engine.ops.groupNorm(x, four, four, 3, eps)],
        ["beta", () => engine.ops.groupNorm(x, four, two, 1, eps)],
        ["x", () => engine.ops.groupNorm(four, four, four, 1, eps)],
      ] as const;
      for (const [input, attempt] of attempts) {
        const error = thrownBy(attempt);
        expect(error).to.have.property("code", "E_ENGINE_OP_INPUT");
        expect(String(error)).to.contain(input);
      }
      tf.dispose([x, four, two]);
    }));
});
