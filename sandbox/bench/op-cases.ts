import type { Engine } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";

/** One operation on inputs made beforehand, and what it has to do at least: arithmetic, or traffic where that is what limits it. */
export interface OpCase {
  readonly name: string;
  readonly work: { readonly flops: number } | { readonly bytes: number };
  readonly inputs: readonly (readonly number[])[];
  run(engine: Engine, inputs: readonly tf.Tensor[]): tf.Tensor | readonly tf.Tensor[];
}

/** 64 MB of numbers, which no cache holds. */
const LARGE = [4096, 4096];

function gemm(name: string, [m, n, k]: readonly [number, number, number], a: boolean, b: boolean): OpCase {
  const inputs = [a ? [k, m] : [m, k], b ? [n, k] : [k, n]];
  return {
    name: `${name} ${m}×${n}×${k}`,
    work: { flops: 2 * m * n * k },
    inputs,
    run: (_, [x, y]) => tf.matMul(tensor2d(x), tensor2d(y), a, b),
  };
}

/** Forward, or one of the two gradients by its kernel, 3×3 of stride 1 that keeps the size. What falls outside of the image is not counted. */
function conv(kind: "forward" | "filter gradient" | "input gradient", [bs, side, c]: readonly [number, number, number]): OpCase {
  const image = [bs, side, side, c];
  const filter = [3, 3, c, c];
  const attrs = {
    strides: 1,
    pad: 1,
    dataFormat: "NHWC",
    dilations: 1,
    dimRoundingMode: undefined,
    filterShape: filter,
    inputShape: image,
  };
  const kernels = { forward: "Conv2D", "filter gradient": "Conv2DBackpropFilter", "input gradient": "Conv2DBackpropInput" };
  const named = (x: tf.Tensor, y: tf.Tensor): tf.NamedTensorMap =>
    ({ forward: { x, filter: y }, "filter gradient": { x, dy: y }, "input gradient": { dy: x, filter: y } })[
      kind
    ] as unknown as tf.NamedTensorMap;
  return {
    name: `conv 3×3 ${kind} ${bs}×${side}×${side}×${c}`,
    work: { flops: 2 * bs * c * c * (3 * side - 2) ** 2 },
    inputs: [image, kind === "filter gradient" ? image : filter],
    run: (_, [x, y]) => tf.engine().runKernel(kernels[kind], named(x as tf.Tensor, y as tf.Tensor), attrs as unknown as tf.NamedAttrMap),
  };
}

function pass(name: string, arrays: number, run: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): OpCase {
  return {
    name: `${name} 4096×4096`,
    work: { bytes: 4 * arrays * 4096 * 4096 },
    inputs: [LARGE, LARGE],
    run: (_, [x, y]) => run(x as tf.Tensor, y as tf.Tensor),
  };
}

export const opCases: readonly OpCase[] = [
  gemm("gemm", [1024, 1024, 1024], false, false),
  gemm("gemm, right transposed", [1024, 1024, 1024], false, true),
  gemm("gemm, left transposed", [1024, 1024, 1024], true, false),
  gemm("gemm", [64, 256, 784], false, false),
  gemm("gemm, left transposed", [784, 256, 64], true, false),
  gemm("gemm", [1120, 10_000, 400], false, false),
  ...(["forward", "filter gradient", "input gradient"] as const).flatMap((kind) => [conv(kind, [32, 16, 64]), conv(kind, [32, 2, 512])]),
  pass("add", 3, (x, y) => tf.add(x, y)),
  pass("relu", 2, (x) => tf.relu(x)),
  pass("exp", 2, (x) => tf.exp(x)),
  pass("tanh", 2, (x) => tf.tanh(x)),
  pass("sum, rows", 1, (x) => tf.sum(x, 0)),
  pass("sum, columns", 1, (x) => tf.sum(x, 1)),
  pass("transpose", 2, (x) => tf.transpose(x)),
  {
    name: "batchNormTrain 128×32×32×64",
    work: { bytes: 4 * 3 * 128 * 32 * 32 * 64 },
    inputs: [[128, 32, 32, 64], [64], [64]],
    run({ ops }, [x, gamma, beta]) {
      const y = ops.batchNormTrain(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor, 1e-5);
      return [y];
    },
  },
];

function tensor2d(x: tf.Tensor | undefined): tf.Tensor2D {
  return x as tf.Tensor2D;
}
