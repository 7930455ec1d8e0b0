// Kernels at random shapes, for fast-check to draw.
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { runKernel, tensorOf } from "./native.ts";

export type Quad = [number, number, number, number];
type Pad = "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
export type Kernel = () => tf.Tensor[];

const length = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const smallPad = fc.tuple(fc.nat(2), fc.nat(2));
const anyPad = fc.oneof(
  fc.constantFrom<Pad>("same", "valid"),
  fc.tuple(smallPad, smallPad).map(([top, left]): Pad => [[0, 0], top, left, [0, 0]]),
);

export const convolutions: fc.Arbitrary<Kernel> = fc
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

/** 3x3 over channels in fours, from 16: those that wasm takes Winograd's way with. Images of 2x2 have one of their own. */
export const winograds: fc.Arbitrary<Kernel> = fc
  .record({
    x: fc.oneof(
      { weight: 2, arbitrary: fc.tuple(length(9), length(13, 2), length(13, 2)) },
      fc.tuple(length(40), fc.constant(2), fc.constant(2)),
    ),
    ci: length(9, 4),
    co: length(20, 4),
    pad: fc.constantFrom<Pad>("same", [
      [0, 0],
      [2, 1],
      [0, 2],
      [0, 0],
    ]),
  })
  .map(({ x, ci, co, pad }) => () => {
    const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, 1, pad);
    return withGradients(conv, tensorOf([...x, 4 * ci], 1), tensorOf([3, 3, 4 * ci, 4 * co], 2));
  });

/** With strides, and now and then more channels, or more pixels of a row, than a block of the depth holds. */
export const strided: fc.Arbitrary<Kernel> = fc
  .record({
    x: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(length(4), length(9, 3), length(9, 3), length(130)) },
      fc.tuple(length(2), length(4, 3), fc.constant(900), length(9)),
    ),
    window: length(3),
    co: fc.oneof({ weight: 3, arbitrary: length(40) }, fc.constant(450)),
  })
  .map(({ x, window, co }) => () => {
    const conv = (a: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, 2, "same");
    return withGradients(conv, tensorOf(x, 1), tensorOf([window, window, x[3], co], 2));
  });

export const depthwise: fc.Arbitrary<Kernel> = fc
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

export const products: fc.Arbitrary<Kernel> = fc
  .tuple(length(3), length(90), length(150), length(90), fc.boolean(), fc.boolean())
  .map(([n, m, k, c, ta, tb]) => () => {
    const [a, b] = [tensorOf([n, ...(ta ? [k, m] : [m, k])], 1), tensorOf([n, ...(tb ? [c, k] : [k, c])], 2)];
    return withGradients((p, q) => tf.matMul(p, q, ta, tb), a, b);
  });

export const pools: fc.Arbitrary<Kernel> = fc
  .record({ x: fc.tuple(length(4), length(9, 5), length(9, 5), length(80)), size: length(3), stride: length(3), pad: fc.nat(1) })
  .map(({ x, size, stride, pad }) => () => {
    const pool = (a: tf.Tensor): tf.Tensor => tf.maxPool(a as tf.Tensor4D, size, stride, pad, "floor");
    const image = tensorOf(x, 1);
    return [tf.grad(pool)(image, tensorOf(pool(image).shape, 2))];
  });

export const sums: fc.Arbitrary<Kernel> = fc
  .tuple(length(400), length(3), length(80, 2))
  .map(([n, m, c]) => () => [
    ...[tf.sum(tensorOf([n, m, c], 1), 0), tf.mean(tensorOf([n, m, c], 2), [0, 1]), tf.mean(tensorOf([m, n, c], 3), 1)],
    ...[tf.sum(tensorOf([m, n * c], 4), 1), tf.sum(tensorOf([n, m], 5))],
  ]);

export const segments: fc.Arbitrary<Kernel> = fc.tuple(length(60), length(40), length(20)).map(([rows, columns, count]) => () => {
  const ids = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => ((i * 7) % (count + 1)) - 0),
    "int32",
  );
  return [tf.unsortedSegmentSum(tensorOf([rows, columns], 1), ids, count + 1)];
});

export function withGradients(f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor[] {
  const y = f(a, b);
  return [y, ...tf.grads((p, q) => f(p as tf.Tensor, q as tf.Tensor))([a, b], tensorOf(y.shape, 3))];
}

export const passes: fc.Arbitrary<Kernel> = fc.tuple(length(300), length(40)).map(([rows, columns]) => () => {
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
export const norms = (offset: number): fc.Arbitrary<Kernel> =>
  fc.tuple(length(600, 8), length(70)).map(([rows, channels]) => norm(rows, channels, offset));

/** Of given shapes alone: where a number comes out at 0, its gradient may go either way. */
export const activatedNorms: fc.Arbitrary<Kernel> = fc
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

export const losses: fc.Arbitrary<Kernel> = fc
  .tuple(length(40), length(90), fc.constantFrom(1, 10, 100))
  .map(([rows, classes, scale]) => () => {
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

export const sequences: fc.Arbitrary<Kernel> = fc.tuple(length(5), length(20), length(70)).map(([steps, batch, hidden]) => () => {
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
/** What rules come to: the steps of sgd, of rmsprop and early radam, of adam, qhadam, lamb, SAdam and larc. */
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
  sharpness: 0,
};
const local = { trustCoeff: 0.02, wd: 0.1, clip: false, moveZeros: false };
const adam = { ...plain, damp: 0.1, avgShare: 3.7, correction: 34, rate: 0.01, divides: true, trusts: false };
const rules = [
  { ...plain, rate: 0.01, divides: false, trusts: false },
  { ...plain, rate: 0.01, divides: true, trusts: false },
  ...[adam, { ...adam, gradShare: 0.3, sqrGradShare: 0.2 }, { ...adam, trusts: true }, { ...adam, sharpness: 50 }],
  { ...plain, rate: 0.01, divides: false, trusts: false, local },
];
export const steps: fc.Arbitrary<Kernel> = fc
  .tuple(fc.constantFrom(...rules), fc.oneof(length(500), fc.constant(70_001)), fc.boolean(), fc.boolean(), fc.constantFrom(0, 0.1))
  .map(([rule, count, averages, squares, l2]) => () => {
    const inputs = { 0: tensorOf([count], 1), 1: tensorOf([count], 2) };
    const avg = averages || rule.trusts || rule.sharpness !== 0 ? { 2: tensorOf([count], 3) } : {};
    const sqrAvg = squares || rule.divides ? { 3: tf.abs(tensorOf([count], 4)) } : {};
    const attrs = { entries: [{ ...rule, l2 }] } as unknown as tf.NamedAttrMap;
    return runKernel("FastapOptimizerStep", { ...inputs, ...avg, ...sqrAvg }, attrs).map((t) => tf.clone(t));
  });

const axis = (n: number): number[] => Array.from({ length: n }, (_, i) => (2 * i + 1) / n - 1);

/** What augments images. */
export const images: fc.Arbitrary<Kernel> = fc
  .record({
    x: fc.tuple(length(4), length(9), length(9), length(5)),
    size: fc.tuple(length(9), length(9)),
    padMode: fc.constantFrom("zeros", "border", "reflection"),
    alignCorners: fc.boolean(),
  })
  .map(({ x, size: [height, width], padMode, alignCorners }) => (): tf.Tensor[] => {
    const fractions = tf.clipByValue(tf.add(tf.mul(tensorOf(x, 1), 0.5), 0.5), 0, 1);
    const turned = tf.mul(tensorOf([x[0], 3, 3], 2), [[0.9], [0.9], [0.1]]);
    const maps = tf.add(turned, [
      [
        [0.5, 0, 0],
        [0, 0.5, 0],
        [0, 0, 1],
      ],
    ]);
    const attrs = { height, width, mode: "bilinear", padMode, alignCorners, xs: axis(width), ys: axis(height) };
    const factors = tf.mul(tensorOf([x[0], 3], 3), x[3] === 3 ? 1 : [1, 0, 1]);
    return [...runKernel("FastapGridSample", { x: fractions, maps }, attrs), ...runKernel("FastapLighting", { x: fractions, factors }, {})];
  });

/** Several blocks in every dimension. */
export const large: Kernel = () => [
  ...withGradients((a, b) => tf.matMul(a, b), tensorOf([131, 823], 1), tensorOf([823, 537], 2)),
  ...withGradients(
    (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"),
    tensorOf([5, 14, 14, 50], 1),
    tensorOf([3, 3, 50, 70], 2),
  ),
  ...withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 3), tensorOf([4, 33, 33, 3], 1), tensorOf([7, 7, 3, 70], 2)),
];
