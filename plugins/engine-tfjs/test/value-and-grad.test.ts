import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, numbers, thrownBy, withoutLeak } from "./cpu-engine.ts";

function variable(initial: tf.Tensor): tf.Tensor {
  const made = tf.variable(initial);
  initial.dispose();
  return made;
}

/** A conv + batch-norm + cross-entropy model that calls `at` after each of its layers. */
function convNet(
  engine: TfjsEngine,
  params: Map<string, tf.Tensor>,
  x: tf.Tensor,
  labels: tf.Tensor,
  at: (depth: number) => void,
): tf.Tensor {
  const get = (name: string): tf.Tensor => params.get(name) ?? tf.scalar(Number.NaN);
  const conv = tf.conv2d(x as tf.Tensor4D, get("conv") as tf.Tensor4D, 2, "same");
  at(0);
  const y = engine.ops.batchNormTrain(conv, get("gamma"), get("beta"), 1e-5);
  at(1);
  const flat = tf.reshape(tf.relu(y), [x.shape[0] ?? 0, -1]);
  const logits = tf.matMul(flat, get("linear"));
  at(2);
  const loss = engine.ops.softmaxCrossEntropy(logits, labels, { reduction: "mean" });
  at(3);
  return loss;
}

describe("valueAndGrad", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  function convNetParts(): { params: Map<string, tf.Tensor>; x: tf.Tensor; labels: tf.Tensor } {
    const params = new Map<string, tf.Tensor>([
      ["conv", variable(numbers(1, [3, 3, 1, 2]))],
      ["gamma", variable(tf.ones([2]))],
      ["beta", numbers(2, [2])],
      ["linear", numbers(3, [8, 3])],
    ]);
    return { params, x: numbers(4, [4, 4, 4, 1]), labels: tf.tensor1d([0, 2, 1, 1], "int32") };
  }

  it("differentiates by every parameter, tensor or variable", () =>
    withoutLeak(() => {
      const w = variable(tf.tensor1d([1, 2]));
      const b = tf.tensor1d([3, 5]);
      const { value, grads } = engine.valueAndGrad(new Map<string, tf.Tensor>([["w", w], ["b", b]]), () => tf.sum(tf.mul(tf.square(w), b))); // prettier-ignore
      expect(value.dataSync()[0]).to.equal(23);
      expectClose(grads.get("w") ?? [], [6, 20], 0);
      expectClose(grads.get("b") ?? [], [1, 4], 0);
      tf.dispose([w, b, value, ...grads.values()]);
    }));

  it("gives no entry to a parameter that the loss does not reach", () =>
    withoutLeak(() => {
      const [a, b] = [tf.scalar(2), tf.scalar(3)];
      const { value, grads } = engine.valueAndGrad(new Map([["a", a], ["b", b]]), () => tf.square(a)); // prettier-ignore
      expect([...grads.keys()]).to.deep.equal(["a"]);
      tf.dispose([a, b, value, ...grads.values()]);
    }));

  it("gives a value and no gradients without parameters, and where the loss depends on none", () =>
    withoutLeak(() => {
      const a = tf.scalar(2);
      for (const params of [new Map<string, tf.Tensor>(), new Map<string, tf.Tensor>([["a", a]])]) {
        const { value, grads } = engine.valueAndGrad(params, () => tf.scalar(7));
        expect([value.dataSync()[0], grads.size]).to.deep.equal([7, 0]);
        value.dispose();
      }
      a.dispose();
    }));

  it("gives a value of its own where the loss is the parameter itself", () =>
    withoutLeak(() => {
      const a = tf.scalar(2);
      const { value, grads } = engine.valueAndGrad(new Map([["a", a]]), () => a);
      value.dispose();
      expect([a.isDisposed, grads.get("a")?.dataSync()[0]]).to.deep.equal([false, 1]);
      tf.dispose([a, ...grads.values()]);
    }));

  it("leaves kept tensors alone and disposes the others", () =>
    withoutLeak(() => {
      const w = tf.scalar(3);
      let pred: tf.Tensor | undefined;
      const { value, grads } = engine.valueAndGrad(new Map([["w", w]]), () => {
        pred = engine.keep(tf.square(w));
        return engine.keep(tf.add(pred, 1));
      });
      expect(pred?.dataSync()[0]).to.equal(9);
      tf.dispose([w, value, ...grads.values(), ...(pred === undefined ? [] : [pred])]);
    }));

  for (const depth of [0, 1, 2, 3]) {
    it(`rethrows what is thrown at depth ${depth} of a conv + bn + ce model, with nothing leaked`, () => {
      const { params, x, labels } = convNetParts();
      return withoutLeak(() => {
        const signal = { cancel: "batch" }; // a cancel need not be an Error
        const at = (reached: number): void => {
          if (reached === depth) throw signal;
        };
        expect(thrownBy(() => engine.valueAndGrad(params, () => convNet(engine, params, x, labels, at)))).to.equal(signal);
        const { value, grads } = engine.valueAndGrad(params, () => convNet(engine, params, x, labels, () => undefined));
        expect([...grads.keys()]).to.deep.equal([...params.keys()]);
        tf.dispose([value, ...grads.values()]);
      }).finally(() => tf.dispose([...params.values(), x, labels]));
    });
  }

  it("rethrows from inside a nested gradient", () =>
    withoutLeak(() => {
      const [a, error] = [tf.scalar(2), new Error("inner")];
      const params = new Map([["a", a]]);
      const inner = (): tf.Tensor => engine.valueAndGrad(params, () => { tf.square(a); throw error; }).value; // prettier-ignore
      expect(thrownBy(() => engine.valueAndGrad(params, () => tf.add(tf.square(a), inner())))).to.equal(error);
      a.dispose();
    }));

  it("does not grow over many steps", () => {
    const { params, x, labels } = convNetParts();
    return withoutLeak(() => {
      for (let i = 0; i < 50; i++) {
        const { value, grads } = engine.valueAndGrad(params, () => convNet(engine, params, x, labels, () => undefined));
        tf.dispose([value, ...grads.values()]);
      }
    }).finally(() => tf.dispose([...params.values(), x, labels]));
  });
});

describe("valueAndGrad, asked for the impossible", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("refuses a promise, and nothing is left of it", () =>
    withoutLeak(async () => {
      const a = tf.scalar(2);
      const f = (async () => Promise.reject(new Error("nobody hears this"))) as unknown as () => tf.Tensor;
      expect(thrownBy(() => engine.valueAndGrad(new Map([["a", a]]), f))).to.have.property("code", "E_ENGINE_LOSS_PROMISE");
      a.dispose();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }));

  it("refuses a loss that is no float scalar", () =>
    withoutLeak(() => {
      const a = tf.tensor1d([1, 2]);
      const losses: (() => unknown)[] = [() => tf.square(a), () => tf.scalar(1, "int32"), () => undefined];
      for (const f of losses) {
        expect(thrownBy(() => engine.valueAndGrad(new Map([["a", a]]), f as () => tf.Tensor))).to.have.property(
          "code",
          "E_ENGINE_LOSS_SHAPE",
        );
      }
      a.dispose();
    }));

  it("names an operation without gradient, and releases the tape", () =>
    withoutLeak(() => {
      const a = tf.tensor1d([3, 1, 2]);
      const f = (): tf.Tensor => tf.sum(tf.mul(tf.exp(a), tf.topk(tf.square(a), 3).values));
      const error = thrownBy(() => engine.valueAndGrad(new Map([["a", a]]), f));
      expect(error).to.have.property("code", "E_ENGINE_GRADIENT_MISSING");
      expect(String(error)).to.contain("TopK").and.to.contain("cpu");
      a.dispose();
    }));

  it("names a kernel that the backend lacks", () =>
    withoutLeak(() => {
      const a = tf.scalar(1);
      const f = (): tf.Tensor => tf.engine().runKernel("NoSuchKernel", { a });
      const error = thrownBy(() => engine.valueAndGrad(new Map([["a", a]]), f));
      expect(error).to.have.property("code", "E_ENGINE_OP_MISSING");
      expect(String(error)).to.contain("NoSuchKernel").and.to.contain(`backend "cpu"`);
      a.dispose();
    }));
});

describe("the way back along the tape", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("sums what comes to a tensor on several ways, of one gradient or of one that is not its own", () =>
    withoutLeak(() => {
      const [w, given] = [tf.tensor1d([1, 2]), tf.tensor1d([10, 20])];
      const passed = tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, 1), gradFunc: () => given }));
      const both = (dy: tf.Tensor): tf.Tensor[] => [dy, dy];
      const sum = tf.customGrad((a, b) => ({ value: tf.add(a as tf.Tensor, b as tf.Tensor), gradFunc: both }));
      const { value, grads } = engine.valueAndGrad(new Map([["w", w]]), () => {
        const [once, twice] = [tf.mul(w, 3), tf.square(w)];
        return tf.sum(tf.add(sum(once, twice), tf.add(passed(w), passed(w))));
      });
      expectClose(grads.get("w") ?? [], [3 + 2 + 20, 3 + 4 + 40], 0);
      expectClose(given, [10, 20], 0);
      tf.dispose([w, given, value, ...grads.values()]);
    }));

  it("lets go of what was saved while it goes back, and holds no more than the widest place", () =>
    withoutLeak(() => {
      const w = tf.tensor1d([1, 2]);
      const held: number[] = [];
      const layer = tf.customGrad((x, save) => {
        const y = tf.mul(x as tf.Tensor, 0.5);
        (save as tf.GradSaveFunc)([y]);
        return { value: y, gradFunc: (dy: tf.Tensor) => (held.push(tf.memory().numTensors), tf.mul(dy, 0.5)) };
      });
      const { value, grads } = engine.valueAndGrad(new Map([["w", w]]), () => {
        return tf.sum(Array.from({ length: 6 }).reduce<tf.Tensor>((x) => layer(x), w));
      });
      expect(held).to.have.length(6);
      held.slice(1).forEach((count, i) => expect(count, `before layer ${5 - i}`).to.be.below(held[i] ?? 0));
      tf.dispose([w, value, ...grads.values()]);
    }));

  it("names an operation whose gradient does not fit", () =>
    withoutLeak(() => {
      const w = tf.tensor1d([1, 2]);
      const wrong = tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, 1), gradFunc: () => tf.ones([3]) }));
      const error = thrownBy(() => engine.valueAndGrad(new Map([["w", w]]), () => tf.sum(wrong(w))));
      expect(error).to.have.property("code", "E_ENGINE_GRADIENT_SHAPE");
      expect(String(error)).to.contain("float32 [2]").and.to.contain("float32 [3]");
      w.dispose();
    }));
});
