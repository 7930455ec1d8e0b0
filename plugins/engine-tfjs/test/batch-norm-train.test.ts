import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import { composedOps } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, numericGrad, thrownBy, withoutLeak } from "./cpu-engine.ts";

const eps = 1e-5;

describe("batchNormTrain", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  for (const shape of [
    [6, 3],
    [4, 5, 2],
    [2, 3, 4, 2],
    [2, 2, 2, 2, 3],
  ]) {
    it(`normalises shape [${shape.join(", ")}] by its own statistics`, () =>
      withoutLeak(() => {
        const channels = shape.at(-1) ?? 0;
        const [x, gamma, beta] = [numbers(1, shape), numbers(2, [channels]), numbers(3, [channels])];
        const [mean, variance] = tf.tidy(() => [tf.variable(tf.zeros([channels])), tf.variable(tf.zeros([channels]))]) as [
          tf.Variable,
          tf.Variable,
        ];
        const y = engine.ops.batchNormTrain(x, gamma, beta, eps, { mean, variance, momentum: 1 });
        const n = x.size / channels;
        const expected = tf.tidy(() => {
          const moments = tf.moments(x, shape.slice(0, -1).map((_, i) => i)); // prettier-ignore
          const unbiased = tf.mul(moments.variance, n / (n - 1));
          return {
            mean: moments.mean,
            variance: unbiased,
            y: tf.add(tf.mul(tf.div(tf.sub(x, moments.mean), tf.sqrt(tf.add(moments.variance, eps))), gamma), beta),
          };
        });
        expect(y.shape).to.deep.equal(shape);
        expectClose(y, expected.y, 1e-5);
        expectClose(mean, expected.mean, 1e-6);
        expectClose(variance, expected.variance, 1e-6);
        tf.dispose([x, gamma, beta, y, mean, variance, expected]);
      }));
  }

  it("has the right gradients in x, gamma and beta", () =>
    withoutLeak(() => {
      const params = new Map([["x", numbers(1, [2, 2, 2, 3])], ["gamma", numbers(2, [3])], ["beta", numbers(3, [3])]]); // prettier-ignore
      const cotangent = numbers(4, [2, 2, 2, 3]);
      const get = (name: string): tf.Tensor => params.get(name) ?? cotangent;
      const loss = (values: Map<string, tf.Tensor>): tf.Tensor => {
        const [x = cotangent, gamma = cotangent, beta = cotangent] = values.values();
        return tf.sum(tf.mul(engine.ops.batchNormTrain(x, gamma, beta, eps), cotangent));
      };
      const { value, grads } = engine.valueAndGrad(params, () => loss(params));
      for (const name of params.keys()) {
        const numeric = numericGrad((moved) => loss(new Map([...params, [name, moved]])).dataSync()[0] ?? 0, get(name));
        expectClose(grads.get(name) ?? [], numeric, 4e-3);
      }
      tf.dispose([value, cotangent, ...params.values(), ...grads.values()]);
    }));

  it("loses nothing where the mean is far from zero", () =>
    withoutLeak(() => {
      const x = tf.tidy(() => tf.add(numbers(5, [512, 2]), 1000));
      const [gamma, beta] = [tf.ones([2]), tf.zeros([2])];
      const y = engine.ops.batchNormTrain(x, gamma, beta, eps);
      const moments = tf.moments(y, 0);
      expectClose(moments.mean, [0, 0], 1e-3);
      expectClose(moments.variance, [1, 1], 1e-3);
      tf.dispose([x, gamma, beta, y, moments]);
    }));

  it("calls the backend's kernels where there are any, with the same results", () =>
    withoutLeak(() => {
      const calls: string[] = [];
      tf.registerKernel({ kernelName: "FastapBatchNormTrain", backendName: "cpu", kernelFunc: ({ inputs, attrs }) => {
        calls.push(`forward ${JSON.stringify(attrs)}`);
        const y = composedOps.batchNormTrain(inputs["x"] as tf.Tensor, inputs["gamma"] as tf.Tensor, inputs["beta"] as tf.Tensor, eps);
        return [y, tf.zeros([3]), tf.ones([3])];
      } }); // prettier-ignore
      tf.registerKernel({ kernelName: "FastapBatchNormTrainGrad", backendName: "cpu", kernelFunc: ({ inputs }) => {
        calls.push(`backward ${Object.keys(inputs).join()}`);
        return [tf.clone(inputs["dy"] as tf.Tensor), tf.fill([3], 1), tf.fill([3], 2)];
      } }); // prettier-ignore
      const params = new Map([["x", numbers(1, [4, 3])], ["gamma", numbers(2, [3])], ["beta", numbers(3, [3])]]); // prettier-ignore
      const [x, gamma, beta] = [...params.values()] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const f = (): tf.Tensor => tf.sum(engine.ops.batchNormTrain(x, gamma, beta, eps));
      const { value, grads } = engine.valueAndGrad(params, f);
      tf.unregisterKernel("FastapBatchNormTrain", "cpu");
      tf.unregisterKernel("FastapBatchNormTrainGrad", "cpu");
      expect(calls).to.deep.equal([`forward {"eps":${eps}}`, "backward x,dy,gamma,beta,mean,variance"]);
      expectClose(
        grads.get("x") ?? [],
        Array.from({ length: 12 }, () => 1),
        0,
      );
      expectClose(grads.get("gamma") ?? [], [1, 1, 1], 0);
      expectClose(grads.get("beta") ?? [], [2, 2, 2], 0);
      tf.dispose([value, ...params.values(), ...grads.values()]);
    }));

  it("names an input of the wrong shape", () =>
    withoutLeak(() => {
      const [x, three, two] = [tf.ones([4, 3]), tf.ones([3]), tf.ones([2])];
      const error = thrownBy(() => engine.ops.batchNormTrain(x, three, two, eps));
      expect(error).to.have.property("code", "E_ENGINE_OP_INPUT");
      expect(String(error)).to.contain("beta").and.to.contain("[3]").and.to.contain("[2]");
      expect(thrownBy(() => engine.ops.batchNormTrain(three, three, three, eps))).to.have.property("code", "E_ENGINE_OP_INPUT");
      tf.dispose([x, three, two]);
    }));
});

describe("batchNormTrain with an activation", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  for (const [activation, apply] of [
    ["relu", tf.relu],
    ["sigmoid", tf.sigmoid],
    ["tanh", tf.tanh],
  ] as const) {
    // prettier-ignore
    it(`applies ${activation} to the result, gradients included`, () =>
      withoutLeak(() => {
        const params = new Map([["x", numbers(1, [5, 3])], ["gamma", numbers(2, [3])], ["beta", numbers(3, [3])]]); // prettier-ignore
        const [x, gamma, beta] = [...params.values()] as [tf.Tensor, tf.Tensor, tf.Tensor];
        const separate = (): tf.Tensor => apply(engine.ops.batchNormTrain(x, gamma, beta, eps));
        const together = (): tf.Tensor => engine.ops.batchNormTrain(x, gamma, beta, eps, undefined, activation);
        const [expected, actual] = [separate, together].map((f) => engine.valueAndGrad(params, () => tf.sum(tf.square(f()))));
        expectClose(actual?.value ?? [], expected?.value.dataSync() ?? [], 1e-6);
        for (const name of params.keys()) expectClose(actual?.grads.get(name) ?? [], expected?.grads.get(name)?.dataSync() ?? [], 1e-5);
        tf.dispose([...params.values(), ...[expected, actual].flatMap((run) => (run ? [run.value, ...run.grads.values()] : []))]);
      }));
  }
});
