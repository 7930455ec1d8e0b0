import { FastapError } from "@fastap/kernel";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { BatchNorm, Conv2d, convNet, Linear, mlp, Module, Relu, Sequential } from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

const engine = createEngine();
const seeded = (seed: number = 1) => ({ engine, random: createRandom(seed) });
const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
};

class Broken extends Module {
  protected call(x: tf.Tensor): tf.Tensor {
    return tf.matMul(x, tf.ones([3, 3]));
  }
}

class Refusing extends Module {
  protected call(): tf.Tensor {
    throw new FastapError("E_OTHER", { message: "no" });
  }
}

describe("Module", () => {
  let before = 0;
  beforeEach(async () => {
    await engine.activate(cpuBackend);
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(before));

  it("names parameters as PyTorch does, and the same seed gives the same numbers", async () => {
    const [a, b] = [convNet(), convNet()];
    a.init(seeded());
    a.init(seeded(2));
    b.init(seeded());
    const [one, two] = [await a.stateDict(), await b.stateDict()];
    expect([...one.keys()].slice(0, 9)).to.deep.equal([
      "0.weight",
      "0.bias",
      "1.weight",
      "1.bias",
      "1.running_mean",
      "1.running_var",
      "1.num_batches_tracked",
      "3.weight",
      "3.bias",
    ]);
    expect(one.get("3.weight")?.shape).to.deep.equal([16, 8, 3, 3]);
    expect(one).to.deep.equal(two);
    expect(tf.tidy(() => (a.forward(tf.zeros([2, 28, 28, 1])) as tf.Tensor).shape)).to.deep.equal([2, 10]);
    for (const model of [a, a, b]) model.dispose();
  });

  it("loads all or nothing, and names every key that does not fit", async () => {
    const model = mlp({ sizes: [3, 2, 1] });
    model.init(seeded());
    const state = new Map(await model.stateDict());
    const good = await model.stateDict();
    state.delete("1.bias");
    state.set("odd", { dtype: "F32", shape: [1], data: Float32Array.of(1) });
    state.set("1.weight", { dtype: "F32", shape: [6], data: new Float32Array(6) });
    expect(() => model.loadStateDict(state)).to.throw(
      /E_NN_STATE[^]*missing: 1.bias[^]*unexpected: odd[^]*1.weight is \[6\], not \[2, 3\]/,
    );
    expect(await model.stateDict()).to.deep.equal(good);
    model.dispose();
  });

  it("says which layer failed, once", () => {
    const model = new Sequential(new Sequential(new Broken()), new Relu());
    const early = tf.zeros([1]);
    expect(code(() => model.forward(early))).to.equal("E_NN_UNINITIALISED");
    early.dispose();
    model.init(seeded());
    tf.tidy(() => void expect(() => model.forward(tf.zeros([2, 2]))).to.throw(/^E_NN_LAYER: at layer "0\.0" \(Broken\)/));
    const conv = new Sequential(new Conv2d(3, 4, 3));
    conv.init(seeded());
    tf.tidy(() => void expect(() => conv.forward(tf.zeros([1, 8, 8, 1]))).to.throw(/E_NN_SHAPE[^]*layer "0" \(Conv2d\)[^]*\[1, 8, 8, 1\]/));
    conv.dispose();
  });

  it("says in which layer a coded error was thrown, once, and on which backend", () => {
    const model = new Sequential(new Sequential(new Refusing()), new Relu());
    model.init(seeded());
    tf.tidy(() => {
      const text = /^E_OTHER: no\n {2}in layer "0\.0" \(Refusing\), input \[2, 3\], on backend \w+$/;
      expect(() => model.forward(tf.zeros([2, 3]))).to.throw(text);
    });
  });

  it("finds the first layer with NaN and leaves buffers alone", async () => {
    const model = new Sequential(new Linear(2, 2), new BatchNorm(2), new Linear(2, 1));
    model.init(seeded());
    const state = new Map(await model.stateDict());
    state.set("2.bias", { dtype: "F32", shape: [1], data: Float32Array.of(NaN) });
    model.loadStateDict(state);
    const x = tf.tensor2d([1, 2, 3, 5], [2, 2]);
    expect(await model.firstNonFinite(x)).to.equal("2");
    expect((await model.stateDict()).get("1.num_batches_tracked")?.data[0]).to.equal(0n);
    x.dispose();
    model.dispose();
  });

  it("refuses unknown options with the nearest name", () => {
    expect(() => convNet({ chanels: [1, 2] } as never)).to.throw(/E_NN_OPTION[^]*Did you mean "channels"/);
  });
});
