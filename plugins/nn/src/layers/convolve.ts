import type { Tensor } from "@fastap/kernel";
import { concat, conv2d, conv2dTranspose, conv3d, conv3dTranspose, pad, reshape, slice, split } from "@tensorflow/tfjs-core";
import type { Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";

export interface Convolution {
  readonly stride: number;
  /** On both sides of every axis. */
  readonly padding: number;
  readonly groups: number;
}

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

/** `[batch, …, ni]` by `[…kernel, ni / groups, nf]`, the axes between 1, 2 or 3. */
export function convolve(x: Tensor, filter: Tensor, { stride, padding, groups }: Convolution): Tensor {
  return inGroups(x, filter, groups, (part, kernel) => {
    if (x.rank === 5) return conv3d(padded(part, padding) as Tensor5D, kernel as Tensor5D, stride, "valid");
    if (x.rank === 4) return conv2d(part as Tensor4D, kernel as Tensor4D, stride, padding);
    const y = conv2d(asPlane(part), asFlatKernel(kernel), [1, stride], alongWidth(padding));
    return reshape(y, [y.shape[0], y.shape[2], y.shape[3]]);
  });
}

/** The same with `[…kernel, nf / groups, ni]`, in reverse: n → (n − 1) · stride + kernel − 2 · padding. */
export function convolveTransposed(x: Tensor, filter: Tensor, { stride, padding, groups }: Convolution): Tensor {
  const spatial = x.shape.slice(1, -1).map((n, i) => (n - 1) * stride + (filter.shape[i] ?? 1));
  const batch = x.shape[0] ?? 0;
  return inGroups(x, filter, groups, (part, kernel) => {
    const nf = kernel.shape.at(-2) ?? 1;
    const full = transposed(part, kernel, [batch, ...spatial, nf], stride);
    if (padding === 0) return full;
    return slice(full, [0, ...spatial.map(() => padding), 0], [batch, ...spatial.map((n) => n - 2 * padding), nf]);
  });
}

function transposed(x: Tensor, filter: Tensor, shape: readonly number[], stride: number): Tensor {
  const [batch = 0, a = 0, b = 0, c = 0, d = 0] = shape;
  if (x.rank === 5) return conv3dTranspose(x as Tensor5D, filter as Tensor5D, [batch, a, b, c, d], stride, "valid");
  if (x.rank === 4) return conv2dTranspose(x as Tensor4D, filter as Tensor4D, [batch, a, b, c], stride, "valid");
  return reshape(conv2dTranspose(asPlane(x), asFlatKernel(filter), [batch, 1, a, b], [1, stride], "valid"), [batch, a, b]);
}

/** Groups of convolutions keep the outputs on the last axis of the filter; of transposed ones the inputs. Both are split there. */
function inGroups(x: Tensor, filter: Tensor, groups: number, run: (x: Tensor, filter: Tensor) => Tensor): Tensor {
  if (groups === 1) return run(x, filter);
  const filters = split(filter, groups, filter.rank - 1);
  const parts: Tensor[] = split(x, groups, x.rank - 1);
  return concat(
    parts.map((part, i) => run(part, filters[i] ?? filter)),
    x.rank - 1,
  );
}

/** One axis more: a line is a plane of height 1. */
function asPlane(x: Tensor): Tensor4D {
  const [a = 0, b = 0, c = 0] = x.shape;
  return reshape(x, [a, 1, b, c]);
}

function asFlatKernel(filter: Tensor): Tensor4D {
  const [a = 0, b = 0, c = 0] = filter.shape;
  return reshape(filter, [1, a, b, c]);
}

function alongWidth(padding: number): Explicit {
  return [
    [0, 0],
    [0, 0],
    [padding, padding],
    [0, 0],
  ];
}

function padded(x: Tensor, padding: number): Tensor {
  if (padding === 0) return x;
  return pad(
    x,
    x.shape.map((_, axis): [number, number] => (axis === 0 || axis === x.rank - 1 ? [0, 0] : [padding, padding])),
  );
}
