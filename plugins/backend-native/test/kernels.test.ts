import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import fc from "fast-check";
import type { BackendNativeOptions } from "@fastap/plugin-backend-native";
import { evaluate, expectSame, makeNative, runKernel, tensorOf, useCpu, useNative, useWasm } from "./native.ts";

type Quad = [number, number, number, number];
type Pad = "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
type Kernel = () => tf.Tensor[];

const length = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const smallPad = fc.tuple(fc.nat(2), fc.nat(2));
const anyPad = fc.oneof(
  fc.constantFrom<Pad>("same", "valid"),
  fc.tuple(smallPad, smallPad).map(([top, left]): Pad => [[0, 0], top, left, [0, 0]]),
);

const convolutions: fc.Arbitrary<Kernel> = fc
  .record({
    x: fc.tuple(length(9), length(9, 5), length(9, 5), fc.oneof(length(7), length(40, 8))),
    window: fc.tuple(length(5), length(5)),
    out: length(70),
    strides: fc.tuple(length(3), length(3)),
    pad: anyPad,
  })
  .map(({ x, window, out, strides, pad }) => () => {
    const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, strides, pad);
    return withGradients(conv, tensorOf(x, 1), tensorOf([...window, x[3], out], 2));
  });

const depthwise: fc.Arbitrary<Kernel> = fc
  .record({
    x: fc.tuple(length(3), length(9, 5), length(9, 5), length(20)),
    window: fc.tuple(length(4), length(4)),
    multiplier: length(3),
    stride: length(2),
    pad: fc.constantFrom<Pad>("same", "valid"),
  })
  .map(({ x, window, multiplier, stride, pad }) => () => {
    const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.depthwiseConv2d(a as tf.Tensor4D, w as tf.Tensor4D, stride, pad as "same");
    return withGradients(conv, tensorOf(x, 1), tensorOf([...window, x[3], multiplier], 2));
  });

const products: fc.Arbitrary<Kernel> = fc
  .tuple(length(3), length(90), length(150), length(90), fc.boolean(), fc.boolean())
  .map(([n, m, k, c, ta, tb]) => () => {
    const [a, b] = [tensorOf([n, ...(ta ? [k, m] : [m, k])], 1), tensorOf([n, ...(tb ? [c, k] : [k, c])], 2)];
    return withGradients((p, q) => tf.matMul(p, q, ta, tb), a, b);
  });

const pools: fc.Arbitrary<Kernel> = fc
  .record({ x: fc.tuple(length(4), length(9, 5), length(9, 5), length(80)), size: length(3), stride: length(3), pad: fc.nat(1) })
  .map(({ x, size, stride, pad }) => () => {
    const pool = (a: tf.Tensor): tf.Tensor => tf.maxPool(a as tf.Tensor4D, size, stride, pad, "floor");
    const image = tensorOf(x, 1);
    return [tf.grad(pool)(image, tensorOf(pool(image).shape, 2))];
  });

const sums: fc.Arbitrary<Kernel> = fc
  .tuple(length(400), length(3), length(80, 2))
  .map(([n, m, c]) => () => [tf.sum(tensorOf([n, m, c], 1), 0), tf.mean(tensorOf([n, m, c], 2), [0, 1])]);

const segments: fc.Arbitrary<Kernel> = fc.tuple(length(60), length(40), length(20)).map(([rows, columns, count]) => () => {
  const ids = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => ((i * 7) % (count + 1)) - 0),
    "int32",
  );
  return [tf.unsortedSegmentSum(tensorOf([rows, columns], 1), ids, count + 1)];
});

function withGradients(f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor[] {
  const y = f(a, b);
  return [y, ...tf.grads((p, q) => f(p as tf.Tensor, q as tf.Tensor))([a, b], tensorOf(y.shape, 3))];
}

const passes: fc.Arbitrary<Kernel> = fc.tuple(length(300), length(40)).map(([rows, columns]) => () => {
  const [a, b] = [tf.mul(tensorOf([rows, columns], 1), 3), tensorOf([rows, columns], 2)];
  const [mean, variance, offset] = [tensorOf([columns], 3), tf.abs(tensorOf([columns], 4)), tensorOf([columns], 5)];
  const ids = tf.tensor2d(
    Int32Array.from({ length: 12 }, (_, i) => (i * 5) % rows),
    [3, 4],
    "int32",
  );
  return [
    ...[tf.relu(a), tf.step(a), tf.step(a, 0.5), tf.exp(a), tf.tanh(a), tf.sigmoid(a)],
    ...[tf.add(a, b), tf.sub(a, b), tf.mul(a, b), tf.add(a, offset), tf.cast(a, "float32")],
    ...[tf.batchNorm(a, mean, variance, offset, undefined, 1e-3), tf.batchNorm(a, mean, variance, undefined, offset, 1e-3)],
    ...[tf.gather(a, ids), tf.gather(a, tf.zeros([2], "int32"), 1)],
  ];
});

/** Fused kernels, which the cpu backend has not. */
const norms = (offset: number): fc.Arbitrary<Kernel> =>
  fc.tuple(length(600, 8), length(70)).map(([rows, channels]) => norm(rows, channels, offset));

/** Of given shapes alone: where a number comes out at 0, its gradient may go either way. */
const activatedNorms: fc.Arbitrary<Kernel> = fc
  .constantFrom([8, 1], [40, 3], [33, 12], [300, 70], [2600, 64])
  .map(([rows = 1, channels = 1]) => norm(rows, channels, 0, "relu"));

function norm(rows: number, channels: number, offset: number, activation?: "relu"): Kernel {
  return () => {
    const x = tf.add(tensorOf([rows, 1, channels], 1), offset);
    const [gamma, beta, dy] = [tensorOf([channels], 3), tensorOf([channels], 4), tensorOf(x.shape, 2)];
    const attrs = { eps: 1e-5, ...(activation && { activation }) };
    const [y, mean, variance] = runKernel("FastapBatchNormTrain", { x, gamma, beta }, attrs) as Three;
    return [y, mean, variance, ...runKernel("FastapBatchNormTrainGrad", { x, dy, gamma, beta, mean, variance }, attrs)];
  };
}

const losses: fc.Arbitrary<Kernel> = fc.tuple(length(40), length(90), fc.constantFrom(1, 10, 100)).map(([rows, classes, scale]) => () => {
  const labels = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, r) => ((r * 7) % (classes + 2)) - 1),
    "int32",
  );
  const inputs = { logits: tf.mul(tensorOf([rows, classes], 1), scale), labels };
  return [0, 0.1].flatMap((labelSmoothing) => [
    ...runKernel("FastapSoftmaxCrossEntropy", inputs, { labelSmoothing }),
    ...runKernel("FastapSoftmaxCrossEntropy", { ...inputs, weight: tf.abs(tensorOf([classes], 5)) }, { labelSmoothing }),
  ]);
});

const sequences: fc.Arbitrary<Kernel> = fc.tuple(length(5), length(20), length(70)).map(([steps, batch, hidden]) => () => {
  const [h0, c0, dc] = [tensorOf([batch, hidden], 1), tensorOf([batch, hidden], 2), tensorOf([batch, hidden], 3)];
  const dhs = tensorOf([steps, batch, hidden], 4);
  const [hh, bias] = [tensorOf([4 * hidden, hidden], 5), tensorOf([4 * hidden], 6)];
  const lstm = runKernel("FastapLstm", { gates: tensorOf([steps, batch, 4 * hidden], 7), bias, hh, h0, c0 }, {});
  const [hs, cs, activated] = lstm as Three;
  const gruHh = tensorOf([3 * hidden, hidden], 8);
  const biases = { biasIh: tensorOf([3 * hidden], 9), biasHh: tensorOf([3 * hidden], 10) };
  const gru = runKernel("FastapGru", { gates: tensorOf([steps, batch, 3 * hidden], 11), ...biases, hh: gruHh, h0 }, {});
  const [states, kept] = gru as [tf.Tensor, tf.Tensor];
  return [
    ...[hs, cs, activated, ...runKernel("FastapLstmGrad", { dhs, dc, activated, cs, c0, hh }, {})],
    ...[states, kept, ...runKernel("FastapGruGrad", { dhs, activated: kept, hs: states, h0, hh: gruHh }, {})],
  ];
});

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
/** What rules come to: the steps of sgd, of rmsprop and early radam, of adam, qhadam and lamb. */
const plain = {
  keep: 0.99,
  mom: 0.9,
  damp: 1,
  sqrMom: 0.99,
  sqrDamp: 0.01,
  avgShare: 1,
  gradShare: 0,
  correction: 1,
  sqrGradShare: 0,
  eps: 1e-5,
};
const adam = { ...plain, damp: 0.1, avgShare: 3.7, correction: 34, rate: 0.01, divides: true, trusts: false };
const rules = [
  { ...plain, rate: 0.01, divides: false, trusts: false },
  { ...plain, rate: 0.01, divides: true, trusts: false },
  ...[adam, { ...adam, gradShare: 0.3, sqrGradShare: 0.2 }, { ...adam, trusts: true }],
];
const steps: fc.Arbitrary<Kernel> = fc
  .tuple(fc.constantFrom(...rules), fc.oneof(length(500), fc.constant(70_001)), fc.boolean(), fc.boolean(), fc.constantFrom(0, 0.1))
  .map(([rule, count, averages, squares, l2]) => () => {
    const inputs = { 0: tensorOf([count], 1), 1: tensorOf([count], 2) };
    const avg = averages || rule.trusts ? { 2: tensorOf([count], 3) } : {};
    const sqrAvg = squares || rule.divides ? { 3: tf.abs(tensorOf([count], 4)) } : {};
    const attrs = { entries: [{ ...rule, l2 }] } as unknown as tf.NamedAttrMap;
    return runKernel("FastapOptimizerStep", { ...inputs, ...avg, ...sqrAvg }, attrs).map((t) => tf.clone(t));
  });

const setups: readonly BackendNativeOptions[] = [{ threads: 2 }, { threads: 1, isa: "avx2" }, { threads: 1, isa: "portable" }];

for (const options of setups) {
  describe(`kernels on native, ${JSON.stringify(options)}`, () => {
    before(async function () {
      await useNative(this, options);
    });

    const use = async (): Promise<void> => (await makeNative(options)).activate();
    const agrees = (kernels: fc.Arbitrary<Kernel>, other: () => Promise<void>, numRuns: number, tolerance?: number): Promise<void> =>
      fc.assert(
        fc.asyncProperty(kernels, (kernel) => expectSame(kernel, other, use, tolerance)),
        { numRuns },
      );

    it("convolve as cpu, with gradients, for any filter, stride and padding", () => agrees(convolutions, useCpu, 30));
    it("convolve depthwise as cpu, with gradients", () => agrees(depthwise, useCpu, 15));
    it("multiply as cpu, in all modes, batched, with gradients", () => agrees(products, useCpu, 30));
    it("give the gradient of max pooling as wasm", () => agrees(pools, useWasm, 20));
    it("sum over leading axes as cpu", () => agrees(sums, useCpu, 20));
    it("sum segments as cpu", () => agrees(segments, useCpu, 10));
    it("normalise batches as wasm, with gradients", () => agrees(norms(1), useWasm, 20, 1e-4));
    it("normalise batches and let pass what is over 0, as wasm, with gradients", () => agrees(activatedNorms, useWasm, 20, 1e-4));
    it("normalise batches with a mean far from zero", () => agrees(norms(100), useWasm, 10, 2e-3));
    it("give cross-entropy and its gradient as wasm", () => agrees(losses, useWasm, 30, 1e-6));
    it("run LSTM and GRU as wasm, with gradients", () => agrees(sequences, useWasm, 15, 1e-4));
    it("map, add and look up as cpu", () => agrees(passes, useCpu, 20));
    it("step optimizers as wasm", () => agrees(steps, useWasm, 30, 1e-6));

    if (options === setups[0])
      it("agree over several blocks in every dimension", async () => {
        const large = (): tf.Tensor[] => [
          ...withGradients((a, b) => tf.matMul(a, b), tensorOf([131, 823], 1), tensorOf([823, 537], 2)),
          ...withGradients(
            (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"),
            tensorOf([5, 14, 14, 50], 1),
            tensorOf([3, 3, 50, 70], 2),
          ),
          ...withGradients(
            (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 3),
            tensorOf([4, 33, 33, 3], 1),
            tensorOf([7, 7, 3, 70], 2),
          ),
        ];
        await expectSame(large, useWasm, use, 1e-5);
      });
  });
}

describe("whole kernels on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("carry NaN and infinities", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([NaN, Infinity, -Infinity, 100, -100]);
      const check = (y: tf.Tensor, expected: readonly number[]): void => {
        expect(Array.from(y.dataSync(), (v) => Math.round(v * 1e6) / 1e6)).to.deep.equal(expected);
      };
      check(tf.step(x), [NaN, 1, 0, 1, 0]);
      check(tf.tanh(x), [NaN, 1, -1, 1, -1]);
      check(tf.sigmoid(x), [NaN, 1, 0, 1, 0]);
      expect(Array.from(tf.relu(x).dataSync())).to.deep.equal([NaN, Infinity, 0, 100, 0]);
      expect(Array.from(tf.exp(x).dataSync())).to.deep.equal([NaN, Infinity, 0, Infinity, 0]);
    });
  });

  it("refuse an index outside as tfjs does, and leave no tensor", () => {
    const before = tf.backend().numDataIds();
    tf.tidy(() => {
      const [x, ids] = [tensorOf([3, 2]), tf.tensor1d([3], "int32")];
      expect(() => tf.gather(x, ids)).to.throw(/GatherV2.*3 is not in/);
    });
    expect(tf.backend().numDataIds()).to.equal(before);
  });

  it("cast to the same type without a copy, and keep the memory while it is used", () => {
    tf.tidy(() => {
      const x = tensorOf([4], 1);
      const expected = Array.from(x.dataSync());
      const y = tf.cast(x, "float32");
      x.dispose();
      expect(Array.from(y.dataSync())).to.deep.equal(expected);
    });
  });
});

describe("threads on native", () => {
  before(async function () {
    await useNative(this);
  });

  it("give the same bits as one", async () => {
    const shapes: readonly [Quad, Quad, number][] = [
      [[8, 12, 12, 24], [3, 3, 24, 130], 1],
      [[5, 31, 31, 3], [5, 5, 3, 40], 2],
      [[16, 2, 2, 100], [3, 3, 100, 260], 1],
    ];
    const run = async (threads: number): Promise<string[]> => {
      await (await makeNative({ threads })).activate();
      const outputs = evaluate(() => [
        ...shapes.flatMap(([x, w, stride]) =>
          withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, "same"), tensorOf(x, 1), tensorOf(w, 2)),
        ),
        ...withGradients((a, b) => tf.matMul(a, b), tensorOf([64, 784], 1), tensorOf([784, 256], 2)),
        tf.sum(tensorOf([5000, 70], 1), 0),
        ...runKernel(
          "FastapBatchNormTrain",
          { x: tensorOf([5000, 70], 1), gamma: tensorOf([70], 2), beta: tensorOf([70], 3) },
          { eps: 1e-5 },
        ),
        ...runKernel(
          "FastapSoftmaxCrossEntropy",
          { logits: tensorOf([300, 1000], 1), labels: tf.zeros([300], "int32") },
          { labelSmoothing: 0 },
        ),
      ]);
      return outputs.map((out) =>
        createHash("sha256")
          .update(new Uint8Array(out.buffer, out.byteOffset, out.byteLength))
          .digest("hex"),
      );
    };
    const one = await run(1);
    for (const threads of [2, 5]) expect(await run(threads), `${threads} threads`).to.deep.equal(one);
  });
});
