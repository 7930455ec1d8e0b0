import type * as tfjs from "@tensorflow/tfjs-core";
import * as reference from "./reference-ops.ts";
import type { Numbers, Window } from "./reference-ops.ts";

export type Tfjs = typeof tfjs;

/** One operation on small shapes: by the backend, and by plain loops. Gradients are taken in every input. */
export interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  run(tf: Tfjs, inputs: readonly tfjs.Tensor[]): tfjs.Tensor;
  reference(inputs: readonly Numbers[]): Numbers;
}

const seen: readonly Window[] = [
  { size: 5, channels: 2, kernel: 3, stride: 1, pad: 1 },
  { size: 6, channels: 3, kernel: 3, stride: 2, pad: 1 },
  { size: 4, channels: 2, kernel: 2, stride: 2, pad: 0 },
  { size: 4, channels: 5, kernel: 1, stride: 1, pad: 0 },
];
const filters = 3;
const indices = [3, 0, 3, 1];

function describeWindow({ size, channels, kernel, stride, pad }: Window): string {
  return `${size}×${size}×${channels}, kernel ${kernel}, stride ${stride}, pad ${pad}`;
}

function image({ size, channels }: Window): readonly number[] {
  return [1, size, size, channels];
}

function convCase(w: Window): OpCase {
  return {
    name: `conv2d ${describeWindow(w)}`,
    shapes: [image(w), [w.kernel, w.kernel, w.channels, filters]],
    run: (tf, [x, filter]) => tf.conv2d(rank4(x), rank4(filter), w.stride, w.pad),
    reference: ([x = [], filter = []]) => reference.conv2d(x, filter, w, filters),
  };
}

function depthwiseCase(w: Window): OpCase {
  return {
    name: `depthwiseConv2d ${describeWindow(w)}`,
    shapes: [image(w), [w.kernel, w.kernel, w.channels, 1]],
    run: (tf, [x, filter]) => tf.depthwiseConv2d(rank4(x), rank4(filter), w.stride, w.pad),
    reference: ([x = [], filter = []]) => reference.depthwiseConv2d(x, filter, w),
  };
}

function poolCases(w: Window): readonly OpCase[] {
  return [
    {
      name: `maxPool ${describeWindow(w)}`,
      shapes: [image(w)],
      run: (tf, [x]) => tf.maxPool(rank4(x), w.kernel, w.stride, "valid"),
      reference: ([x = []]) => reference.maxPool(x, w),
    },
    {
      name: `avgPool ${describeWindow(w)}`,
      shapes: [image(w)],
      run: (tf, [x]) => tf.avgPool(rank4(x), w.kernel, w.stride, "valid"),
      reference: ([x = []]) => reference.avgPool(x, w),
    },
  ];
}

function matMulCase(transposeA: boolean, transposeB: boolean): OpCase {
  const [n, k, m] = [3, 4, 2];
  return {
    name: `matMul ${transposeA ? "Aᵀ" : "A"}·${transposeB ? "Bᵀ" : "B"}`,
    shapes: [transposeA ? [k, n] : [n, k], transposeB ? [m, k] : [k, m]],
    run: (tf, [a, b]) => tf.matMul(present(a), present(b), transposeA, transposeB),
    reference: ([a = [], b = []]) => reference.matMul(a, b, [n, k, m], transposeA, transposeB),
  };
}

function gatherCase(): OpCase {
  return {
    name: "gather, an embedding with a row used twice and one unused",
    shapes: [[4, 3]],
    run: (tf, [table]) => tf.gather(present(table), tf.tensor1d([...indices], "int32")),
    reference: ([table = []]) => reference.gather(table, indices, 3),
  };
}

type Unary = readonly [name: string, run: (tf: Tfjs, x: tfjs.Tensor) => tfjs.Tensor, oracle: (x: Numbers) => Numbers];

/** On `[3, 4]`. */
const unary: readonly Unary[] = [
  ["sum of all", (tf, x) => tf.sum(x), (x) => [reference.total(x)]],
  ["sum of rows", (tf, x) => tf.sum(x, 1), (x) => reference.byRow(x, 4, reference.total)],
  ["mean of columns", (tf, x) => tf.mean(x, 0), (x) => reference.byColumn(x, 4, (column) => reference.total(column) / 3)],
  ["max of rows", (tf, x) => tf.max(x, 1), (x) => reference.byRow(x, 4, (row) => Math.max(...row))],
  ["logSoftmax", (tf, x) => tf.logSoftmax(x), (x) => reference.logSoftmax(x, 4)],
  ["relu", (tf, x) => tf.relu(x), (x) => x.map((v) => Math.max(v, 0))],
  ["transpose", (tf, x) => tf.transpose(x), (x) => reference.transpose(x, 4)],
];

function unaryCase([name, run, oracle]: Unary): OpCase {
  return { name, shapes: [[3, 4]], run: (tf, [x]) => run(tf, present(x)), reference: ([x = []]) => oracle(x) };
}

export const opCases: readonly OpCase[] = [
  ...seen.map(convCase),
  ...seen.map(depthwiseCase),
  ...seen.filter((w) => w.pad === 0).flatMap(poolCases),
  ...[0, 1, 2, 3].map((mode) => matMulCase(mode > 1, mode % 2 === 1)),
  gatherCase(),
  ...unary.map(unaryCase),
];

function present(tensor: tfjs.Tensor | undefined): tfjs.Tensor {
  if (tensor === undefined) throw new TypeError("an operation got fewer inputs than its case has shapes");
  return tensor;
}

function rank4(tensor: tfjs.Tensor | undefined): tfjs.Tensor4D {
  return present(tensor) as tfjs.Tensor4D; // the shapes of the case say so
}
