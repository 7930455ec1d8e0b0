import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, withoutLeak } from "./cpu-engine.ts";

describe("adamStep", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("follows fastai's formulas over several steps with changing hypers, and leaves its inputs", () =>
    withoutLeak(() => {
      let state = [0.5, 0, 0] as [number, number, number];
      let tensors = state.map((value) => tf.tensor1d([value])) as unknown as readonly [tf.Tensor, tf.Tensor, tf.Tensor];
      for (let t = 1; t <= 5; t++) {
        const [grad, hypers] = [Math.sin(t), { lr: 0.1 / t, mom: 0.9 - 0.05 * t, sqrMom: 0.99, eps: 1e-5, t }];
        const { lr, mom, sqrMom, eps } = hypers;
        const avg = mom * state[1] + (1 - mom) * grad;
        const sqrAvg = sqrMom * state[2] + (1 - sqrMom) * grad ** 2;
        const before = tensors.map((tensor) => tensor.dataSync()[0]);
        const gradient = tf.tensor1d([grad]);
        const next = engine.ops.adamStep(tensors[0], gradient, tensors[1], tensors[2], hypers);
        expect(tensors.map((tensor) => tensor.dataSync()[0])).to.deep.equal(before);
        state = [state[0] - ((lr / (1 - mom ** t)) * avg) / (Math.sqrt(sqrAvg / (1 - sqrMom ** t)) + eps), avg, sqrAvg];
        tf.dispose([gradient, ...tensors]);
        tensors = next;
        tensors.forEach((tensor, i) => expectClose(tensor, [state[i] ?? 0], 1e-6));
      }
      tf.dispose([...tensors]);
    }));

  it("calls the backend's kernel where there is one", () =>
    withoutLeak(() => {
      let attributes: unknown;
      tf.registerKernel({ kernelName: "FastapAdamStep", backendName: "cpu", kernelFunc: ({ attrs, inputs }) => {
        attributes = { ...attrs, inputs: Object.keys(inputs) };
        return [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
      } }); // prettier-ignore
      const x = numbers(1, [2]);
      const step = { lr: 0.1, mom: 0.9, sqrMom: 0.99, eps: 1e-5, t: 3 };
      const results = engine.ops.adamStep(x, x, x, x, step);
      tf.unregisterKernel("FastapAdamStep", "cpu");
      expect(attributes).to.deep.equal({ ...step, inputs: ["param", "grad", "avg", "sqrAvg"] });
      expect(results.map((tensor) => tensor.dataSync()[0])).to.deep.equal([1, 2, 3]);
      tf.dispose([x, ...results]);
    }));
});
