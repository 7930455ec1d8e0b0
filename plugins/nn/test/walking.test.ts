import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import {
  childrenAndParameters,
  Conv2d,
  Dropout2d,
  flattenModel,
  inChannels,
  Linear,
  NamedSequential,
  ParameterModule,
  Relu,
  SelfAttention,
  Sequential,
} from "@fastap/plugin-nn";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

describe("walking over layers", () => {
  it("meets lone parameters as layers", () => {
    const attention = new SelfAttention(16);
    expect(childrenAndParameters(attention).map((each) => each.constructor.name)).to.deep.equal([
      "ConvLayer",
      "ConvLayer",
      "ConvLayer",
      "ParameterModule",
    ]);
    const [last] = flattenModel(new Sequential(new Relu(), new Sequential(attention))).slice(-1);
    expect(last instanceof ParameterModule && last.val).to.equal(attention.gamma);
    expect(flattenModel(new Sequential(new Relu(), new Sequential(new Linear(2, 2), new Relu())))).to.have.length(3);
  });

  it("finds the channels of the first convolution", () => {
    expect(inChannels(new Sequential(new Relu(), new Conv2d(5, 8, 3, { reparam: "weight" })))).to.equal(5);
    expect(() => inChannels(new Linear(2, 2))).to.throw(/no weight of rank 4/);
  });

  it("names children as they are named", () => {
    expect([...new NamedSequential({ stem: new Linear(1, 1), act: new Relu() }).saved().keys()]).to.deep.equal([
      "stem.weight",
      "stem.bias",
    ]);
  });
});

describe("layers of TensorFlow's and of whole channels", () => {
  const engine = createEngine();
  before(async () => await engine.activate(cpuBackend));

  it("pads as TensorFlow does: ⌈size / stride⌉, an odd zero at the end", () => {
    for (const groups of [1, 2]) {
      const conv = new Conv2d(2, 2, 3, {
        stride: 2,
        padding: "tensorflow",
        bias: false,
        groups,
        weightInit: (shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
      });
      conv.init({ engine, random: createRandom(1) });
      const sums = tf.tidy(() => Array.from((conv.forward(tf.ones([1, 4, 4, 2])) as tf.Tensor).dataSync()));
      // windows of 3×3 at 0 and 2, of which the last of each axis reaches one over the end: 9, 6, 6 and 4 cells
      expect(sums.filter((_, i) => i % 2 === 0)).to.deep.equal([9, 6, 6, 4].map((cells) => cells * (2 / groups)));
      conv.dispose();
    }
    expect(() => new Conv2d(4, 4, 3, { padding: "tensorflow", groups: 2 })).to.throw(/one group or one per channel/);
  });

  it("drops channels whole", () => {
    const drop = new Dropout2d(0.5);
    drop.init({ engine, random: createRandom(3) });
    drop.train(true);
    const y = tf.tidy(() => Array.from((drop.forward(tf.ones([4, 3, 3, 8])) as tf.Tensor).dataSync()));
    const channel = (item: number, c: number): number[] => y.filter((_, i) => Math.floor(i / 72) === item && i % 8 === c);
    const kinds = new Set<number>();
    for (let item = 0; item < 4; item++) {
      for (let c = 0; c < 8; c++) {
        const values = new Set(channel(item, c));
        expect(values.size).to.equal(1);
        kinds.add([...values][0] ?? NaN);
      }
    }
    expect([...kinds]).to.have.members([0, 2]);
    drop.dispose();
  });

  it("takes weights before init as what it starts with", async () => {
    const linear = new Linear(2, 1);
    linear.loadStateDict(
      new Map([
        ["weight", { dtype: "F32", shape: [1, 2], data: Float32Array.of(3, 4) }],
        ["bias", { dtype: "F32", shape: [1], data: Float32Array.of(5) }],
      ]),
    );
    expect(() => linear.loadStateDict(new Map([["weight", { dtype: "F32", shape: [1, 3], data: new Float32Array(3) }]]))).to.throw(
      /bias[^]*weight is \[1, 3\]/,
    );
    linear.init({ engine, random: createRandom(1) });
    expect((await linear.stateDict()).get("weight")?.data).to.deep.equal(Float32Array.of(3, 4));
    linear.dispose();
  });
});
