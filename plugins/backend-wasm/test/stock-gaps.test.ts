import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { expectSameAsCpu, numbers, tensorOf, useWasm } from "./both-backends.ts";

/** NaN with either sign (∞ − ∞ sets it), both infinities, zeros, fractions. */
function wild(): Float32Array {
  const floats = Float32Array.from([NaN, NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 7.25, 60]);
  new Uint32Array(floats.buffer)[1] = 0xff_c0_00_00;
  return floats;
}

const floats = (): tf.Tensor1D => tf.tensor1d(wild());
const ints = (): tf.Tensor1D => tf.tensor1d([0, 1, -1, 2, -7, 5, 100, 12], "int32");
const bools = (): tf.Tensor1D => tf.tensor1d([0, 1, 1, 0], "bool");
const image = (): tf.Tensor4D => tf.tensor4d([...wild(), 1, 2, 3, 4], [1, 4, 4, 1]);

type Unary = (x: tf.Tensor) => tf.Tensor;
const unary: readonly Unary[] = [
  ...[tf.abs, tf.acosh, tf.asinh, tf.atan, tf.exp, tf.expm1, tf.isFinite, tf.isNaN, tf.leakyRelu],
  ...[tf.log1p, tf.neg, tf.reciprocal, tf.relu, tf.relu6, tf.round, tf.selu, tf.softplus, tf.square, tf.step],
];

describe("what tfjs's wasm kernels get wrong", () => {
  before(useWasm);

  it("every function of one number takes NaN, infinities, int32 and bool as cpu does", async () => {
    await expectSameAsCpu(() => [floats, ints, bools].flatMap((make) => unary.map((f) => f(make()))));
    await expectSameAsCpu(() => [tf.ceil, tf.elu, tf.erf, tf.floor, tf.sigmoid, tf.sqrt].map((f) => f(floats())));
  });

  it("NaN of either sign stays through limits, extremes, pools and fused activations", async () => {
    const [filter, bias] = [(): tf.Tensor4D => tf.ones([2, 2, 1, 2]), (): tf.Tensor1D => tf.tensor1d([1, NaN])];
    await expectSameAsCpu(() => [
      ...[tf.clipByValue(floats(), -1, 3), tf.relu(floats()), tf.relu6(floats())],
      ...[tf.maximum(1, floats()), tf.minimum(floats(), 1), tf.maximum(tf.reshape(floats(), [-1, 1]), floats())],
      ...[tf.avgPool(image(), 2, 1, "same"), tf.avgPool(image(), [3, 2], 2, 1, "floor")],
      tf.fused.conv2d({ x: image(), filter: filter(), strides: 1, pad: "same", activation: "relu", bias: bias() }),
      tf.fused.depthwiseConv2d({ x: image(), filter: filter(), strides: 1, pad: "same", activation: "relu6", bias: bias() }),
      tf.fused.matMul({ a: tf.tensor2d([[NaN, 1, -1, 2]]), b: tf.ones([4, 2]), activation: "relu", bias: bias() }),
    ]);
  });

  it("int32 and bool through products, powers, remainders, pools and choices", async () => {
    await expectSameAsCpu(() => [
      ...[tf.matMul(tf.reshape(ints(), [2, 4]), tf.reshape(ints(), [4, 2])), tf.pow(ints(), 2), tf.mod(ints(), tf.scalar(0, "int32"))],
      ...[tf.div(ints(), tf.scalar(0, "int32")), tf.floorDiv(ints(), tf.scalar(3, "int32")), tf.clipByValue(ints(), -1, 3)],
      ...[tf.maxPool(tf.reshape(ints(), [1, 2, 2, 2]) as tf.Tensor4D, 2, 1, 0), tf.stridedSlice(ints(), [0], [6], [2])],
      ...[tf.reverse(bools(), 0), tf.where(bools(), bools(), tf.logicalNot(bools())), tf.cumsum(bools()), tf.topk(bools(), 2).values],
      ...[tf.cast(ints(), "bool"), tf.cast(tf.tensor1d([0.5, 0, -3]), "bool"), tf.oneHot(tf.tensor1d([0, 2], "int32"), 3, 1, 0, "float32")],
      tf.bincount(tf.tensor2d([1, 2, 1, 3], [2, 2], "int32") as unknown as tf.Tensor1D, tf.tensor1d([]), 4),
    ]);
  });

  it("reductions of nothing have their neutral element", async () => {
    const none = (): tf.Tensor => tf.zeros([0, 3]);
    await expectSameAsCpu(() => [tf.sum(none()), tf.prod(none(), 0), tf.max(none(), 0), tf.mean(none()), tf.any(tf.zeros([0], "bool"))]);
  });

  it("images with channels first, biases and slopes of any shape, windows in the padding", async () => {
    const x = (): tf.Tensor4D => tensorOf([2, 3, 5, 4], 1) as tf.Tensor4D;
    const filter = (): tf.Tensor4D => tensorOf([2, 2, 3, 2], 2) as tf.Tensor4D;
    const nchw = { strides: 1, pad: "valid", dataFormat: "NCHW" } as const;
    await expectSameAsCpu(() => [
      ...[tf.conv2d(x(), filter(), 1, "same", "NCHW"), tf.maxPool(image(), 1, 2, 1), tf.avgPool(image(), 1, 2, 1)],
      tf.fused.conv2d({
        ...nchw,
        x: x(),
        filter: filter(),
        bias: tensorOf([2]) as tf.Tensor1D,
        activation: "prelu",
        preluActivationWeights: tensorOf([2]),
      }),
      ...[
        tf.prelu(tensorOf([4, 1]), tensorOf([3])),
        tf.prelu(tensorOf([2, 3]), tensorOf([2, 1])),
        tf.prelu(tensorOf([2, 3]), tensorOf([3])),
      ],
      ...tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same", "NCHW"))([x(), filter()]),
    ]);
  });
});

describe("what tfjs's wasm backend has no kernels for", () => {
  before(useWasm);

  it("complex numbers: made, read, calculated with, transformed", async () => {
    const z = (n: number): tf.Tensor => tf.complex(numbers(n, 1), numbers(n, 2));
    await expectSameAsCpu(() => [
      ...[tf.add(z(3), z(3)), tf.mul(z(3), z(3)), tf.abs(z(5)), tf.concat([z(2), z(3)]), tf.clone(z(4)), tf.reshape(z(4), [2, 2])],
      ...[tf.real(z(3)), tf.imag(z(3)), tf.cast(tf.tensor1d([1, 2]), "complex64"), tf.zerosLike(z(2)), tf.onesLike(z(2))],
      ...[tf.fft(z(8)), tf.ifft(z(7)), tf.rfft(tensorOf([3, 6])), tf.irfft(z(5)), tf.signal.stft(tensorOf([12]) as tf.Tensor1D, 4, 2)],
    ]);
  });

  it("strings: compared, repeated, filled, cut, replaced", () => {
    const words = tf.tensor1d(["b", "é", "b"]);
    tf.tidy(() => {
      expect(tf.equal(words, tf.tensor1d(["b", "a", "c"])).arraySync()).to.deep.equal([1, 0, 0]);
      expect(tf.tile(words, [2]).arraySync()).to.deep.equal(["b", "é", "b", "b", "é", "b"]);
      expect(tf.fill([2], "x").arraySync()).to.deep.equal(["x", "x"]);
      expect(tf.slice(words, 1, 2).arraySync()).to.deep.equal(["é", "b"]);
      expect(tf.clone(words).arraySync()).to.deep.equal(["b", "é", "b"]);
      expect(tf.string.staticRegexReplace(words, "b", "c").arraySync()).to.deep.equal(["c", "é", "c"]);
    });
    words.dispose();
  });

  it("ragged tensors", async () => {
    await expectSameAsCpu(() => {
      const index = tf.tensor1d([2, 0], "int32");
      const ragged = tf.raggedGather([tf.tensor1d([0, 2, 2, 5], "int32")], tf.tensor1d([1, 2, 3, 4, 5]), index, 1);
      const range = tf.raggedRange(tf.tensor1d([0, 5]), tf.tensor1d([3, 7]), tf.tensor1d([1, 1]));
      return [ragged, range].flatMap((outputs) => Object.values(outputs).flat() as tf.Tensor[]);
    });
  });
});

describe("slices and clones on wasm", () => {
  before(useWasm);

  it("cuts as cpu does, in any rank, and refuses what lies outside", async () => {
    await expectSameAsCpu(() => [
      ...[tf.slice(tensorOf([7]), 2, 3), tf.slice(tensorOf([4, 5]), [1, 2], [2, 2]), tf.slice(tensorOf([4, 5]), [1, 0], [2, 5])],
      ...[tf.slice(tensorOf([3, 4, 5]), [1, 1, 1], [1, 2, 3]), tf.slice(tensorOf([2, 3, 2, 3]), [0, 1, 0, 2], [2, 2, 2, 1])],
      ...[tf.slice(tensorOf([2, 2, 2, 2, 3]), [0, 1, 0, 1, 1]), tf.slice(tensorOf([3, 2]), [1, 0], [0, 2]), tf.slice(bools(), 1, 2)],
    ]);
    const x = tf.ones([2, 2]);
    expect(() => tf.slice(x, [0, 1], [2, 2])).to.throw();
    x.dispose();
  });

  it("shares memory between clones until the last is gone", () => {
    const before = tf.backend().numDataIds();
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.clone(x);
    expect(tf.backend().numDataIds()).to.equal(before + 1);
    x.dispose();
    expect(Array.from(y.dataSync())).to.deep.equal([1, 2, 3]);
    y.dispose();
    expect(tf.backend().numDataIds()).to.equal(before);
  });
});
