import { addToDoubles, doubles, floats, loadLanes, mulAdd, storeLanes } from "./lanes";
import { ROW_RUN, sumRows } from "./reduce";

// Training batch norm of `x` `[rows, channels]`, over the rows. Statistics take two passes and float64 sums of short float32 runs, so that
// a mean far from zero costs no digits of the variance.

/** Adds the squared distances of `count` rows from the mean to `sums`: of 8 channels (`wide`), or of `lanes`. */
// @ts-ignore: decorator
@inline
function addSquares(wide: bool, lanes: i32, p: usize, rowBytes: usize, count: i32, mean: usize, sums: usize): void {
  const m0 = wide ? v128.load(mean) : loadLanes(mean, lanes), m1 = wide ? v128.load(mean, 16) : m0;
  let low = f32x4.splat(0), high = low;
  for (let r = 0; r < count; r++, p += rowBytes) {
    const v = f32x4.sub(wide ? v128.load(p) : loadLanes(p, lanes), m0);
    low = mulAdd(v, v, low);
    if (!wide) continue;
    const w = f32x4.sub(v128.load(p, 16), m1);
    high = mulAdd(w, w, high);
  }
  addToDoubles(sums, low, wide ? 4 : lanes);
  if (wide) addToDoubles(sums + doubles(4), high, 4);
}

/** Means and biased variances. `sums`: float64 `[channels]` of scratch memory. */
export function moments(x: usize, rows: i32, channels: i32, mean: usize, variance: usize, sums: usize): void {
  sumRows(x, rows, channels, 1.0 / <f64>rows, mean, sums);
  memory.fill(sums, 0, doubles(channels));
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN) {
    const count = min(ROW_RUN, rows - first);
    const base = x + <usize>first * rowBytes;
    let c = 0;
    for (; c + 8 <= channels; c += 8) addSquares(true, 8, base + floats(c), rowBytes, count, mean + floats(c), sums + doubles(c));
    for (; c < channels; c += 4) addSquares(false, min(4, channels - c), base + floats(c), rowBytes, count, mean + floats(c), sums + doubles(c));
  }
  for (let c = 0; c < channels; c++) store<f32>(variance + floats(c), <f32>(load<f64>(sums + doubles(c)) / <f64>rows));
}

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: usize, c: i32, eps: f64): f64 {
  return 1.0 / sqrt<f64>(<f64>load<f32>(variance + floats(c)) + eps);
}

// The passes below take a few rows at a time and in them channel after channel, whose factors stay in registers.

// @ts-ignore: decorator
@inline
function normaliseLanes(whole: bool, lanes: i32, x: usize, y: usize, rowBytes: usize, count: i32, mean: usize, scale: usize, beta: usize): void {
  const m = loadLanes(mean, lanes), s = loadLanes(scale, lanes), b = loadLanes(beta, lanes);
  for (let r = 0; r < count; r++, x += rowBytes, y += rowBytes) {
    const v = mulAdd(f32x4.sub(whole ? v128.load(x) : loadLanes(x, lanes), m), s, b);
    if (whole) v128.store(y, v);
    else storeLanes(y, v, lanes);
  }
}

/** `y = (x - mean) * scale + beta`, by channel. */
export function normaliseRows(x: usize, rows: i32, channels: i32, mean: usize, scale: usize, beta: usize, y: usize): void {
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN, x += <usize>ROW_RUN * rowBytes, y += <usize>ROW_RUN * rowBytes) {
    const count = min(ROW_RUN, rows - first);
    for (let c = 0; c < channels; c += 4) {
      const at = floats(c);
      const lanes = min(4, channels - c);
      if (lanes == 4) normaliseLanes(true, 4, x + at, y + at, rowBytes, count, mean + at, scale + at, beta + at);
      else normaliseLanes(false, lanes, x + at, y + at, rowBytes, count, mean + at, scale + at, beta + at);
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

/** Adds `count` rows of `dy` at `q` to `plains` and of `dy * (x - mean)` to `products`: of 8 channels (`wide`), or of `lanes`. */
// @ts-ignore: decorator
@inline
function addGradients(
  wide: bool, lanes: i32, p: usize, q: usize, rowBytes: usize, count: i32, mean: usize, plains: usize, products: usize,
): void {
  const m0 = wide ? v128.load(mean) : loadLanes(mean, lanes), m1 = wide ? v128.load(mean, 16) : m0;
  let low = f32x4.splat(0), high = low, lowProduct = low, highProduct = low;
  for (let r = 0; r < count; r++, p += rowBytes, q += rowBytes) {
    const d = wide ? v128.load(q) : loadLanes(q, lanes);
    low = f32x4.add(low, d);
    lowProduct = mulAdd(d, f32x4.sub(wide ? v128.load(p) : loadLanes(p, lanes), m0), lowProduct);
    if (!wide) continue;
    const e = v128.load(q, 16);
    high = f32x4.add(high, e);
    highProduct = mulAdd(e, f32x4.sub(v128.load(p, 16), m1), highProduct);
  }
  addToDoubles(plains, low, wide ? 4 : lanes);
  addToDoubles(products, lowProduct, wide ? 4 : lanes);
  if (!wide) return;
  addToDoubles(plains + doubles(4), high, 4);
  addToDoubles(products + doubles(4), highProduct, 4);
}

/** Sums over the rows of `dy` and of `dy * (x - mean)`, into `dBeta` and `dGamma`. `sums`: float64 `[2, channels]`. */
export function gradientSums(x: usize, dy: usize, rows: i32, channels: i32, mean: usize, dGamma: usize, dBeta: usize, sums: usize): void {
  const products = sums + doubles(channels);
  memory.fill(sums, 0, 2 * doubles(channels));
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN) {
    const count = min(ROW_RUN, rows - first);
    const p = x + <usize>first * rowBytes;
    const q = dy + <usize>first * rowBytes;
    let c = 0;
    for (; c + 8 <= channels; c += 8) {
      addGradients(true, 8, p + floats(c), q + floats(c), rowBytes, count, mean + floats(c), sums + doubles(c), products + doubles(c));
    }
    for (; c < channels; c += 4) {
      const lanes = min(4, channels - c);
      addGradients(false, lanes, p + floats(c), q + floats(c), rowBytes, count, mean + floats(c), sums + doubles(c), products + doubles(c));
    }
  }
  for (let c = 0; c < channels; c++) {
    store<f32>(dBeta + floats(c), <f32>load<f64>(sums + doubles(c)));
    store<f32>(dGamma + floats(c), <f32>load<f64>(products + doubles(c)));
  }
}

// @ts-ignore: decorator
@inline
function blendLanes(
  whole: bool, lanes: i32, x: usize, dy: usize, dx: usize, rowBytes: usize, count: i32, mean: usize, scale: usize, slope: usize, shift: usize,
): void {
  const m = loadLanes(mean, lanes), s = loadLanes(scale, lanes), k = loadLanes(slope, lanes), b = loadLanes(shift, lanes);
  for (let r = 0; r < count; r++, x += rowBytes, dy += rowBytes, dx += rowBytes) {
    const sloped = mulAdd(f32x4.sub(whole ? v128.load(x) : loadLanes(x, lanes), m), k, b);
    const v = mulAdd(whole ? v128.load(dy) : loadLanes(dy, lanes), s, sloped);
    if (whole) v128.store(dx, v);
    else storeLanes(dx, v, lanes);
  }
}

/** `dx = dy * scale + (x - mean) * slope + shift`, by channel. */
export function blendRows(
  x: usize, dy: usize, rows: i32, channels: i32, mean: usize, scale: usize, slope: usize, shift: usize, dx: usize,
): void {
  const rowBytes = floats(channels);
  const run = <usize>ROW_RUN * rowBytes;
  for (let first = 0; first < rows; first += ROW_RUN, x += run, dy += run, dx += run) {
    const count = min(ROW_RUN, rows - first);
    for (let c = 0; c < channels; c += 4) {
      const at = floats(c);
      const lanes = min(4, channels - c);
      if (lanes == 4) blendLanes(true, 4, x + at, dy + at, dx + at, rowBytes, count, mean + at, scale + at, slope + at, shift + at);
      else blendLanes(false, lanes, x + at, dy + at, dx + at, rowBytes, count, mean + at, scale + at, slope + at, shift + at);
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
