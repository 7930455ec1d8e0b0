import { composedOps, createEngine } from "@fastap/plugin-engine-tfjs";
import type { FusedOps } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectClose, makeBackend, tensorOf } from "./both-backends.ts";

const engine = createEngine();

/** Value and gradients of the sum of squares of what `f` makes of the parameters. */
function results(params: Record<string, tf.Tensor>, f: () => tf.Tensor): number[][] {
  const { value, grads } = engine.valueAndGrad(new Map(Object.entries(params)), () => tf.sum(tf.square(f())));
  const data = [value, ...grads.values()].map((tensor) => Array.from(tensor.dataSync()));
  tf.dispose([value, ...grads.values()]);
  return data;
}

function expectAsComposed(params: Record<string, tf.Tensor>, f: (ops: FusedOps) => tf.Tensor): void {
  const [actual, expected] = [engine.ops, composedOps].map((ops) => results(params, () => f(ops))) as [number[][], number[][]];
  expect(actual.length).to.equal(Object.keys(params).length + 1);
  actual.forEach((numbers, i) => expectClose(numbers, expected[i] ?? [], 1e-6, `result ${i}`));
}

describe("ops of a training step on wasm, as composed", () => {
  let held: number[] = [];
  const memory = (): number[] => [tf.memory().numTensors, tf.backend().numDataIds()];
  beforeEach(async () => {
    await engine.activate(await makeBackend());
    held = memory();
  });
  afterEach(() => expect(memory()).to.deep.equal(held));

  it("relu, with a gradient of 0 at 0 and below", () => {
    for (const count of [1, 4, 7, 66]) {
      const x = tf.tidy(() => tf.concat([tensorOf([count], count), tf.tensor1d([0, -0, 2])]));
      expectAsComposed({ x }, (ops) => tf.add(ops.relu(x), 1));
      x.dispose();
    }
  });

  it("embedColumns, with numbers after them and without, and ids that come twice", () => {
    const ids = tf.tensor2d([0, 2, 1, 4, 0, 0, 0, 2], [4, 2], "int32");
    const params = { a: tensorOf([2, 3], 1), b: tensorOf([5, 6], 2), rest: tensorOf([4, 2], 3) };
    expectAsComposed(params, (ops) => ops.embedColumns(ids, [params.a, params.b], params.rest));
    expectAsComposed({ a: params.a, b: params.b }, (ops) => ops.embedColumns(ids, [params.a, params.b]));
    expect(() => engine.ops.embedColumns(ids, [params.a, params.a])).to.throw("the index value 2 in column 1 is not in [0, 1]");
    expect(() => engine.ops.embedColumns(ids, [params.a])).to.throw(/E_ENGINE_OP_INPUT[^]*int32 \[batch, 1\]/);
    tf.dispose([ids, ...Object.values(params)]);
  });

  it("the running statistics of batchNormTrain, the same where others share their memory", () => {
    const moved = ([ops, isShared]: readonly [FusedOps, boolean]): number[][] => {
      const variable = (value: () => tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(value(), false)) as tf.Variable;
      const [mean, variance] = [variable(() => tensorOf([3], 5)), variable(() => tf.ones([3]))];
      const shared = isShared ? [tf.clone(mean)] : [];
      const start = Array.from(mean.dataSync());
      tf.tidy(() => {
        ops.batchNormTrain(tensorOf([2, 4, 3], 6), tf.ones([3]), tf.zeros([3]), 1e-5, { mean, variance, momentum: 0.1 });
      });
      for (const old of shared) expect(Array.from(old.dataSync())).to.deep.equal(start);
      const values = [mean, variance].map((tensor) => Array.from(tensor.dataSync()));
      tf.dispose([mean, variance, ...shared]);
      return values;
    };
    const [expected, own, shared] = ([[composedOps, false], [engine.ops, false], [engine.ops, true]] as const).map(moved); // prettier-ignore
    own?.forEach((numbers, i) => expectClose(numbers, expected?.[i] ?? [], 2e-7));
    expect(shared).to.deep.equal(own);
  });

  it("batchNormTrain with an activation, NaN passed on", () => {
    for (const [rows, channels] of [
      [7, 1],
      [40, 3],
      [33, 12],
      [9, 21],
    ] as const) {
      // prettier-ignore
      const params = { x: tensorOf([rows, channels], 1), gamma: tensorOf([channels], 2), beta: tensorOf([channels], 3) };
      for (const activation of ["relu", "tanh"] as const) {
        expectAsComposed(params, (ops) => ops.batchNormTrain(params.x, params.gamma, params.beta, 1e-3, undefined, activation));
      }
      tf.dispose(Object.values(params));
    }
    const [x, ones] = [tf.tensor2d([NaN, 1, 2, -1], [2, 2]), tf.ones([2])];
    const y = engine.ops.batchNormTrain(x, ones, ones, 1e-3, undefined, "relu");
    expectClose(y.dataSync(), [NaN, 1.9995, NaN, 0.0005], 1e-3);
    tf.dispose([x, ones, y]);
  });

  it("cross-entropy in every reduction, over labels that are not ignored", () => {
    const [logits, labels] = [tensorOf([4, 3], 7), tf.tensor1d([0, 2, -100, 1], "int32")];
    const weight = tf.tensor1d([0.5, 2, 1]);
    for (const reduction of ["mean", "sum", "none"] as const) {
      for (const options of [{ ignoreIndex: -100 }, { ignoreIndex: 2 }, { ignoreIndex: 2, weight, labelSmoothing: 0.1 }]) {
        expectAsComposed({ logits }, (ops) => ops.softmaxCrossEntropy(logits, labels, { reduction, ...options }));
      }
    }
    tf.dispose([logits, labels, weight]);
  });

  it("cross-entropy as the very loss, and times a number", () => {
    const [logits, labels] = [tensorOf([40, 30], 7), tf.zeros([40], "int32")];
    const gradOf = (ops: FusedOps, factor?: number): Float32Array => {
      const { value, grads } = engine.valueAndGrad(new Map([["logits", logits]]), () => {
        const loss = ops.softmaxCrossEntropy(logits, labels as tf.Tensor, { reduction: "mean" });
        return factor === undefined ? loss : tf.mul(loss, factor);
      });
      const data = grads.get("logits")?.dataSync() as Float32Array;
      tf.dispose([value, ...grads.values()]);
      return data;
    };
    const expected = gradOf(composedOps);
    expectClose(gradOf(engine.ops), expected, 1e-6);
    expectClose(gradOf(engine.ops, 1), expected, 1e-6);
    expectClose(gradOf(engine.ops, -4), expected.map((value) => -4 * value), 1e-6); // prettier-ignore
    tf.dispose([logits, labels]);
  });
});
