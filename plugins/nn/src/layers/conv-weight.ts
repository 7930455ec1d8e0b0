import type { Random, Tensor } from "@fastap/kernel";
import { clone, div, matMul, maximum, mul, norm, reshape, sqrt, square, sum, tidy, transpose } from "@tensorflow/tfjs-core";
import { normal } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import { Buffer, Parameter } from "../parameter.ts";
import type { Layout } from "../parameter.ts";
import { untaped } from "../untaped.ts";

/** How a convolution's weight is made of what is trained: as it is, by weight norm or by spectral norm. */
export type Reparam = "weight" | "spectral";

/** The filter of a convolution, `[…kernel, in, out]`, and what of it is saved. */
export interface ConvWeight {
  /** What is trained; has the shape of the weight. */
  readonly parameter: Parameter;
  /** Everything saved, by property name. */
  readonly own: Readonly<Record<string, Parameter | Buffer>>;
  value(training: boolean): Tensor;
}

export function plainWeight(shape: readonly number[], init: Initialiser, layout: Layout): ConvWeight {
  const parameter = new Parameter({ shape, init, layout });
  return { parameter, own: { weight: parameter }, value: () => parameter.value };
}

/** w = g · v / |v|, the norm per index of PyTorch's first axis, our last. @source torch.nn.utils.weight_norm */
export function weightNorm(shape: readonly number[], init: Initialiser, layout: Layout): ConvWeight {
  const [n = 1, ...others] = shape;
  const draw = sharedDraw(init, shape);
  const g = new Parameter({
    shape: [n, ...others.map(() => 1)],
    init: (_, random) => rowNorms(draw(random), n),
    layout: { axes: layout.axes },
  });
  const v = new Parameter({ shape, init: (_, random) => draw(random), layout });
  const value = (): Tensor => {
    const axes = others.map((_, i) => i);
    return mul(v.value, div(g.value, sqrt(sum(square(v.value), axes, true))));
  };
  return { parameter: v, own: { weightG: g, weightV: v }, value };
}

/** w / σ, σ being the largest singular value by one power iteration per training pass. @source torch.nn.utils.spectral_norm */
export function spectralNorm(shape: readonly number[], init: Initialiser, layout: Layout, transposed: boolean): ConvWeight {
  const orig = new Parameter({ shape, init, layout });
  const rowsAxis = transposed ? 1 : 0;
  const rows = shape[rowsAxis] ?? 1;
  const u = new Buffer({ shape: [rows], init: unitVector });
  const v = new Buffer({ shape: [orig.shape.reduce((a, b) => a * b, 1) / rows], init: unitVector });
  // PyTorch's weight as a matrix: the axis of the outputs first, the others in order after it.
  const back = layout.axes.map((_, i) => layout.axes.indexOf(i));
  const order = [back[rowsAxis] ?? 0, ...back.filter((_, i) => i !== rowsAxis)];
  const viewed = (w: Tensor): Tensor => reshape(transpose(w, order), [rows, -1]);
  const value = (training: boolean): Tensor => {
    if (training) untaped(() => iterate(viewed(orig.value), u, v));
    const [left, right] = [clone(u.value), clone(v.value)];
    const sigma = sum(mul(reshape(left, [rows, 1]), matMul(viewed(orig.value), reshape(right, [-1, 1]))));
    return div(orig.value, sigma);
  };
  return { parameter: orig, own: { weightOrig: orig, weightU: u, weightV: v }, value };
}

function iterate(matrix: Tensor, u: Buffer, v: Buffer): void {
  tidy(() => {
    v.value.assign(reshape(normalised(matMul(reshape(u.value, [1, -1]), matrix)), [-1]));
    u.value.assign(reshape(normalised(matMul(matrix, reshape(v.value, [-1, 1]))), [-1]));
  });
}

function normalised(x: Tensor): Tensor {
  return div(x, maximum(norm(x), 1e-12));
}

/** The same values for both who ask, drawn once; the next pair draws anew. */
function sharedDraw(init: Initialiser, shape: readonly number[]): (random: Random) => Float32Array {
  let waiting: Float32Array | undefined;
  return (random) => {
    const drawn = waiting ?? init(shape, random);
    waiting = waiting === undefined ? drawn : undefined;
    return drawn;
  };
}

function rowNorms(values: Float32Array, rows: number): Float32Array {
  const width = values.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => Math.hypot(...values.subarray(row * width, (row + 1) * width)));
}

const unitVector: Initialiser = (shape, random) => {
  const drawn = normal(1)(shape, random);
  const length = Math.hypot(...drawn);
  return drawn.map((value) => value / length);
};
