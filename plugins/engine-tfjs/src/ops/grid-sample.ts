import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { GridSampleOptions } from "@fastap/kernel";
import { unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";

const op = "gridSample";

/**
 * Images `[batch, height, width, channels]` looked at through a projective map `[batch, 3, 3]` each, from a place in the result to the one in
 * the image, both (x, y) in −1…1: `[batch, options.height, options.width, channels]`. No gradient; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 * @source torch.nn.functional.grid_sample
 */
export function gridSample(x: Tensor, maps: Tensor, options: GridSampleOptions, hasKernel: HasKernel): Tensor {
  if (x.rank !== 4 || x.dtype !== "float32") throw unfit("x", "float32 [batch, height, width, channels]", x);
  if (maps.shape.join() !== `${x.shape[0]},3,3`) throw unfit("maps", `float32 [${x.shape[0]}, 3, 3]`, maps);
  if (!hasKernel("FastapGridSample")) return tf.tidy(() => compose(x as tf.Tensor4D, maps as tf.Tensor3D, options));
  return runFused("FastapGridSample", { x, maps }, { ...options, ...axesOf(options) })[0] as Tensor;
}

function compose(x: tf.Tensor4D, maps: tf.Tensor3D, options: GridSampleOptions): Tensor {
  const [n, h, w, c] = x.shape;
  const { height, width, mode } = options;
  const moved = tf.matMul(tf.tensor3d(gridOf(options), [1, height * width, 3]), maps, false, true);
  const [xs, ys, scale] = tf.split(moved, 3, 2) as [Tensor, Tensor, Tensor];
  const flat = tf.reshape(x, [n * h * w, c]);
  const first = tf.tensor3d(
    Int32Array.from({ length: n }, (_, i) => i * h * w),
    [n, 1, 1],
    "int32",
  );
  const tap = (column: Tensor, row: Tensor): Tensor => {
    const [i, j] = [tf.clipByValue(column, 0, w - 1), tf.clipByValue(row, 0, h - 1)];
    const places = tf.add(first, tf.cast(tf.add(tf.mul(j, w), i), "int32"));
    const found = tf.reshape(tf.gather(flat, tf.reshape(places, [-1])), [n, height * width, c]);
    return options.padMode === "zeros" ? tf.mul(found, tf.cast(tf.logicalAnd(tf.equal(i, column), tf.equal(j, row)), "float32")) : found;
  };
  const [px, py] = [pixel(tf.div(xs, scale), w, options), pixel(tf.div(ys, scale), h, options)];
  const sampled = mode === "nearest" ? tap(tf.round(px), tf.round(py)) : bilinear(px, py, tap);
  return tf.reshape(sampled, [n, height, width, c]);
}

function bilinear(px: Tensor, py: Tensor, tap: (column: Tensor, row: Tensor) => Tensor): Tensor {
  const [left, top] = [tf.floor(px), tf.floor(py)];
  const [fx, fy] = [tf.sub(px, left), tf.sub(py, top)];
  const [right, bottom] = [tf.add(left, 1), tf.add(top, 1)];
  const along = (row: Tensor): Tensor => tf.add(tf.mul(tap(left, row), tf.sub(1, fx)), tf.mul(tap(right, row), fx));
  return tf.add(tf.mul(along(top), tf.sub(1, fy)), tf.mul(along(bottom), fy));
}

/** Places of the result, (x, y, 1) each. */
function gridOf(options: GridSampleOptions): Float32Array {
  const { height, width } = options;
  const { xs, ys } = axesOf(options);
  const grid = new Float32Array(height * width * 3);
  for (let i = 0; i < height * width; i++) grid.set([xs[i % width] ?? 0, ys[Math.floor(i / width)] ?? 0, 1], 3 * i);
  return grid;
}

/** Places of columns and rows. */
function axesOf({ height, width, alignCorners }: GridSampleOptions): { readonly xs: Float32Array; readonly ys: Float32Array } {
  return { xs: gridAxis(width, alignCorners), ys: gridAxis(height, alignCorners) };
}

/** `n` places between −1 and 1, in float32 step by step as PyTorch has them: its rounding decides which of two pixels is the nearest. */
function gridAxis(n: number, alignCorners: boolean): Float32Array {
  const step = Math.fround(2 / (n - 1));
  const ends = (i: number): number =>
    i < n / 2 ? Math.fround(-1 + Math.fround(step * i)) : Math.fround(1 - Math.fround(step * (n - 1 - i)));
  const inward = alignCorners ? 1 : Math.fround((n - 1) / n);
  return Float32Array.from({ length: n }, (_, i) => (n === 1 ? 0 : ends(i) * inward));
}

/** From −1…1 to pixels, those outside brought in as the mode says. */
function pixel(place: Tensor, n: number, { padMode, alignCorners }: GridSampleOptions): Tensor {
  const shifted = tf.add(place, 1);
  const pixels = alignCorners ? tf.mul(tf.div(shifted, 2), n - 1) : tf.div(tf.sub(tf.mul(shifted, n), 1), 2);
  if (padMode === "zeros") return pixels;
  return tf.clipByValue(padMode === "border" ? pixels : reflected(pixels, n, alignCorners), 0, n - 1);
}

/** About the centres of the edge pixels, or about their outer edges. */
function reflected(pixels: Tensor, n: number, alignCorners: boolean): Tensor {
  const [low, span] = alignCorners ? [0, n - 1] : [-0.5, n];
  if (span === 0) return tf.zerosLike(pixels);
  const far = tf.abs(tf.sub(pixels, low));
  const turns = tf.floor(tf.div(far, span));
  const rest = tf.sub(far, tf.mul(turns, span));
  const isOdd = tf.greater(tf.mod(turns, 2), 0.5);
  return tf.add(tf.where(isOdd, tf.sub(span, rest), rest), low);
}

function unfit(input: string, expected: string, received: Tensor): Error {
  return unfitInput({ op, input, expected, received });
}
