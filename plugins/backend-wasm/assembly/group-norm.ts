import { blendRows, gradientSums, normaliseRows } from "./batch-norm";
import { doubles, floats } from "./lanes";
import { moments } from "./reduce";

// Norm of `x` `[batch, rows, channels]` within each item and group of neighbouring channels: layer norm is one group, instance norm one
// channel per group. Statistics of channels come first, in float64, and are merged to those of groups.

/** Bytes of scratch memory for either direction: per channel six float64 and six float32 at most. */
export function groupNormBytes(channels: i32): usize {
  return 9 * doubles(channels);
}

/** Means and variances of the channels of one item, merged by group. */
function mergeGroups(channelMeans: usize, channelVariances: usize, groups: i32, width: i32, mean: usize, variance: usize): void {
  for (let g = 0; g < groups; g++) {
    let sum: f64 = 0;
    for (let c = g * width; c < (g + 1) * width; c++) sum += <f64>load<f32>(channelMeans + floats(c));
    const center = sum / <f64>width;
    let spread: f64 = 0;
    for (let c = g * width; c < (g + 1) * width; c++) {
      const gap = <f64>load<f32>(channelMeans + floats(c)) - center;
      spread += <f64>load<f32>(channelVariances + floats(c)) + gap * gap;
    }
    store<f32>(mean + floats(g), <f32>center);
    store<f32>(variance + floats(g), <f32>(spread / <f64>width));
  }
}

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: usize, group: i32, eps: f64): f64 {
  return 1.0 / sqrt<f64>(<f64>load<f32>(variance + floats(group)) + eps);
}

/** → `y`, and by item and group `mean` and biased `variance`, `[batch, groups]`. */
export function groupNormForward(
  x: usize, batch: i32, rows: i32, channels: i32, groups: i32, gamma: usize, beta: usize, eps: f64,
  y: usize, mean: usize, variance: usize, scratch: usize,
): void {
  const width = channels / groups;
  const sums = scratch;
  const means = scratch + 2 * doubles(channels);
  const scales = means + floats(channels);
  const item = <usize>rows * floats(channels);
  for (let n = 0; n < batch; n++, x += item, y += item, mean += floats(groups), variance += floats(groups)) {
    moments(x, rows, channels, means, scales, sums);
    mergeGroups(means, scales, groups, width, mean, variance);
    for (let c = 0; c < channels; c++) {
      const g = c / width;
      store<f32>(means + floats(c), load<f32>(mean + floats(g)));
      store<f32>(scales + floats(c), <f32>(<f64>load<f32>(gamma + floats(c)) * inverseDeviation(variance, g, eps)));
    }
    normaliseRows(x, rows, channels, means, scales, beta, y);
  }
}

/** Adds one item's part to the sums of `dGamma` and `dBeta`, and makes of its sums by channel what `blendRows` needs. */
function mixGroups(
  rows: i32, width: i32, channels: i32, gamma: usize, variance: usize, eps: f64, products: usize, plains: usize,
  scales: usize, slopes: usize, shifts: usize, totals: usize,
): void {
  for (let g = 0; g < channels / width; g++) {
    const inverse = inverseDeviation(variance, g, eps);
    let plain: f64 = 0;
    let product: f64 = 0;
    for (let c = g * width; c < (g + 1) * width; c++) {
      const factor = <f64>load<f32>(gamma + floats(c));
      const a = <f64>load<f32>(plains + floats(c));
      const b = <f64>load<f32>(products + floats(c));
      plain += factor * a;
      product += factor * b;
      const dGamma = totals + doubles(c);
      const dBeta = dGamma + doubles(channels);
      store<f64>(dGamma, load<f64>(dGamma) + b * inverse);
      store<f64>(dBeta, load<f64>(dBeta) + a);
      store<f32>(scales + floats(c), <f32>(factor * inverse));
    }
    const count = <f64>(rows * width);
    for (let c = g * width; c < (g + 1) * width; c++) {
      store<f32>(slopes + floats(c), <f32>((-product * inverse * inverse * inverse) / count));
      store<f32>(shifts + floats(c), <f32>((-plain * inverse) / count));
    }
  }
}

/** → `dx`, `dGamma`, `dBeta`, from the mean and variance of the forward pass. */
export function groupNormGrad(
  x: usize, dy: usize, batch: i32, rows: i32, channels: i32, groups: i32, gamma: usize, mean: usize, variance: usize, eps: f64,
  dx: usize, dGamma: usize, dBeta: usize, scratch: usize,
): void {
  const width = channels / groups;
  const sums = scratch;
  const totals = sums + 4 * doubles(channels);
  const means = totals + 2 * doubles(channels);
  const products = means + floats(channels);
  const plains = products + floats(channels);
  const scales = plains + floats(channels);
  const slopes = scales + floats(channels);
  const shifts = slopes + floats(channels);
  const item = <usize>rows * floats(channels);
  memory.fill(totals, 0, 2 * doubles(channels));
  for (let n = 0; n < batch; n++, x += item, dy += item, dx += item, mean += floats(groups), variance += floats(groups)) {
    for (let c = 0; c < channels; c++) store<f32>(means + floats(c), load<f32>(mean + floats(c / width)));
    gradientSums(x, dy, rows, channels, means, products, plains, sums);
    mixGroups(rows, width, channels, gamma, variance, eps, products, plains, scales, slopes, shifts, totals);
    blendRows(x, dy, rows, channels, means, scales, slopes, shifts, dx);
  }
  for (let c = 0; c < channels; c++) {
    store<f32>(dGamma + floats(c), <f32>load<f64>(totals + doubles(c)));
    store<f32>(dBeta + floats(c), <f32>load<f64>(totals + doubles(channels + c)));
  }
}
