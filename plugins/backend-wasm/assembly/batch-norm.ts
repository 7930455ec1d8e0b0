import { addToDoubles, doubles, floats, loadLanes, mulAdd, storeLanes } from "./lanes";
import { ROW_RUN, sumRows } from "./reduce";

// Training batch norm of `x` `[rows, channels]`, over the rows. Statistics take two passes and float64 sums of short float32 runs, so that
// a mean far from zero costs no digits of the variance.

/** Means and biased variances. `sums`: float64 `[channels]` of scratch memory. */
export function moments(x: usize, rows: i32, channels: i32, mean: usize, variance: usize, sums: usize): void {
  sumRows(x, rows, channels, 1.0 / <f64>rows, mean, sums);
  memory.fill(sums, 0, doubles(channels));
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN) {
    const count = min(ROW_RUN, rows - first);
    const base = x + <usize>first * rowBytes;
    for (let c = 0; c < channels; c += 4) {
      const lanes = min(4, channels - c);
      const center = loadLanes(mean + floats(c), lanes);
      let sum = f32x4.splat(0);
      let p = base + floats(c);
      for (let r = 0; r < count; r++, p += rowBytes) {
        const v = f32x4.sub(loadLanes(p, lanes), center);
        sum = mulAdd(v, v, sum);
      }
      addToDoubles(sums + doubles(c), sum, lanes);
    }
  }
  for (let c = 0; c < channels; c++) store<f32>(variance + floats(c), <f32>(load<f64>(sums + doubles(c)) / <f64>rows));
}

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: usize, c: i32, eps: f64): f64 {
  return 1.0 / sqrt<f64>(<f64>load<f32>(variance + floats(c)) + eps);
}

/** `y = (x - mean) * scale + beta`, by channel. */
export function normaliseRows(x: usize, rows: i32, channels: i32, mean: usize, scale: usize, beta: usize, y: usize): void {
  const overshoot = floats((4 - (channels & 3)) & 3);
  for (let r = 0; r < rows; r++, x -= overshoot, y -= overshoot) {
    for (let c = 0; c < channels; c += 4, x += 16, y += 16) {
      const at = floats(c);
      const lanes = min(4, channels - c);
      const centered = f32x4.sub(loadLanes(x, lanes), loadLanes(mean + at, lanes));
      storeLanes(y, mulAdd(centered, loadLanes(scale + at, lanes), loadLanes(beta + at, lanes)), lanes);
    }
  }
}

/** `y = (x - mean) / sqrt(variance + eps) * gamma + beta`. `scratch`: float64 `[channels]`. */
export function batchNormForward(
  x: usize, rows: i32, channels: i32, gamma: usize, beta: usize, eps: f64, y: usize, mean: usize, variance: usize, scratch: usize,
): void {
  moments(x, rows, channels, mean, variance, scratch);
  for (let c = 0; c < channels; c++) {
    store<f32>(scratch + floats(c), <f32>(<f64>load<f32>(gamma + floats(c)) * inverseDeviation(variance, c, eps)));
  }
  normaliseRows(x, rows, channels, mean, scratch, beta, y);
}

/** Sums over the rows of `dy` and of `dy * (x - mean)`, into `dBeta` and `dGamma`. `sums`: float64 `[2, channels]`. */
export function gradientSums(x: usize, dy: usize, rows: i32, channels: i32, mean: usize, dGamma: usize, dBeta: usize, sums: usize): void {
  const products = sums + doubles(channels);
  memory.fill(sums, 0, 2 * doubles(channels));
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN) {
    const count = min(ROW_RUN, rows - first);
    for (let c = 0; c < channels; c += 4) {
      const lanes = min(4, channels - c);
      const center = loadLanes(mean + floats(c), lanes);
      let plain = f32x4.splat(0);
      let product = plain;
      let p = x + <usize>first * rowBytes + floats(c);
      let q = dy + <usize>first * rowBytes + floats(c);
      for (let r = 0; r < count; r++, p += rowBytes, q += rowBytes) {
        const d = loadLanes(q, lanes);
        plain = f32x4.add(plain, d);
        product = mulAdd(d, f32x4.sub(loadLanes(p, lanes), center), product);
      }
      addToDoubles(sums + doubles(c), plain, lanes);
      addToDoubles(products + doubles(c), product, lanes);
    }
  }
  for (let c = 0; c < channels; c++) {
    store<f32>(dBeta + floats(c), <f32>load<f64>(sums + doubles(c)));
    store<f32>(dGamma + floats(c), <f32>load<f64>(products + doubles(c)));
  }
}

/** `dx = dy * scale + (x - mean) * slope + shift`, by channel. */
export function blendRows(
  x: usize, dy: usize, rows: i32, channels: i32, mean: usize, scale: usize, slope: usize, shift: usize, dx: usize,
): void {
  const overshoot = floats((4 - (channels & 3)) & 3);
  for (let r = 0; r < rows; r++, x -= overshoot, dy -= overshoot, dx -= overshoot) {
    for (let c = 0; c < channels; c += 4, x += 16, dy += 16, dx += 16) {
      const at = floats(c);
      const lanes = min(4, channels - c);
      const centered = f32x4.sub(loadLanes(x, lanes), loadLanes(mean + at, lanes));
      const sloped = mulAdd(centered, loadLanes(slope + at, lanes), loadLanes(shift + at, lanes));
      storeLanes(dx, mulAdd(loadLanes(dy, lanes), loadLanes(scale + at, lanes), sloped), lanes);
    }
  }
}

/**
 * `dx = scale · (dy − mean(dy)) + slope · (x − mean)` with `scale = gamma / σ` and `slope = −scale · Σ(dy · (x − mean)) / (rows · σ²)`.
 * `scratch`: float64 `[2, channels]`.
 */
export function batchNormGrad(
  x: usize, dy: usize, rows: i32, channels: i32, gamma: usize, mean: usize, variance: usize, eps: f64,
  dx: usize, dGamma: usize, dBeta: usize, scratch: usize,
): void {
  gradientSums(x, dy, rows, channels, mean, dGamma, dBeta, scratch);
  const width = floats(channels);
  const slopes = scratch + width;
  const shifts = scratch + 2 * width;
  for (let c = 0; c < channels; c++) {
    const at = floats(c);
    const inverse = inverseDeviation(variance, c, eps);
    const scale = <f64>load<f32>(gamma + at) * inverse;
    const product = <f64>load<f32>(dGamma + at);
    store<f32>(scratch + at, <f32>scale);
    store<f32>(slopes + at, <f32>((-scale * product * inverse * inverse) / <f64>rows));
    store<f32>(shifts + at, <f32>((-scale * <f64>load<f32>(dBeta + at)) / <f64>rows));
    store<f32>(dGamma + at, <f32>(product * inverse));
  }
  blendRows(x, dy, rows, channels, mean, scratch, slopes, shifts, dx);
}
