import { reluLanes } from "./bias-activation";
import { addDoubles, addToDoubles, doubles, floats, loadLanes, mulAdd, storeLanes } from "./lanes";
import { moments, ROW_RUN, rowBlock } from "./reduce";

// Training batch norm of `x` `[rows, channels]`, over the rows. Statistics take two passes and float64 sums of short float32 runs, so that
// a mean far from zero costs no digits of the variance.

// @ts-ignore: decorator
@inline
function inverseDeviation(variance: usize, c: i32, eps: f64): f64 {
  return 1.0 / sqrt<f64>(<f64>load<f32>(variance + floats(c)) + eps);
}

// The passes below take a few rows at a time and in them channel after channel, whose factors stay in registers.

// @ts-ignore: decorator
@inline
function normaliseLanes(
  relu: bool, whole: bool, lanes: i32, x: usize, y: usize, rowBytes: usize, count: i32, mean: usize, scale: usize, beta: usize,
): void {
  const m = loadLanes(mean, lanes), s = loadLanes(scale, lanes), b = loadLanes(beta, lanes);
  for (let r = 0; r < count; r++, x += rowBytes, y += rowBytes) {
    let v = mulAdd(f32x4.sub(whole ? v128.load(x) : loadLanes(x, lanes), m), s, b);
    if (relu) v = reluLanes(v);
    if (whole) v128.store(y, v);
    else storeLanes(y, v, lanes);
  }
}

// @ts-ignore: decorator
@inline
function normalise(relu: bool, x: usize, rows: i32, channels: i32, mean: usize, scale: usize, beta: usize, y: usize): void {
  const rowBytes = floats(channels);
  for (let first = 0; first < rows; first += ROW_RUN, x += <usize>ROW_RUN * rowBytes, y += <usize>ROW_RUN * rowBytes) {
    const count = min(ROW_RUN, rows - first);
    for (let c = 0; c < channels; c += 4) {
      const at = floats(c);
      const lanes = min(4, channels - c);
      if (lanes == 4) normaliseLanes(relu, true, 4, x + at, y + at, rowBytes, count, mean + at, scale + at, beta + at);
      else normaliseLanes(relu, false, lanes, x + at, y + at, rowBytes, count, mean + at, scale + at, beta + at);
    }
  }
}

/** `y = (x - mean) * scale + beta`, by channel. */
export function normaliseRows(x: usize, rows: i32, channels: i32, mean: usize, scale: usize, beta: usize, y: usize): void {
  normalise(false, x, rows, channels, mean, scale, beta, y);
}

function writeScales(channels: i32, gamma: usize, variance: usize, eps: f64, to: usize): void {
  for (let c = 0; c < channels; c++) {
    store<f32>(to + floats(c), <f32>(<f64>load<f32>(gamma + floats(c)) * inverseDeviation(variance, c, eps)));
  }
}

/** `y = (x - mean) / sqrt(variance + eps) * gamma + beta`, and 0 for less with `relu`. `scratch`: float64 `[2, channels]`. */
export function batchNormForward(
  x: usize, rows: i32, channels: i32, gamma: usize, beta: usize, eps: f64, relu: bool, y: usize, mean: usize, variance: usize, scratch: usize,
): void {
  moments(x, rows, channels, mean, variance, scratch);
  writeScales(channels, gamma, variance, eps, scratch);
  if (relu) normalise(true, x, rows, channels, mean, scratch, beta, y);
  else normalise(false, x, rows, channels, mean, scratch, beta, y);
}

/** `dy` where what was normalised came out over 0: `relu` in the forward pass, which computed the same. */
// @ts-ignore: decorator
@inline
function passedBy(relu: bool, dy: v128, centred: v128, scale: v128, beta: v128): v128 {
  return relu ? v128.andnot(dy, f32x4.le(mulAdd(centred, scale, beta), f32x4.splat(0))) : dy;
}

/** Adds `count` rows of `dy` at `q` to `plains` and of `dy * (x - mean)` to `products`: of 8 channels (`wide`), or of `lanes`. */
// @ts-ignore: decorator
@inline
function addGradients(
  relu: bool, wide: bool, lanes: i32, p: usize, q: usize, rowBytes: usize, count: i32, mean: usize, scale: usize, beta: usize,
  plains: usize, products: usize,
): void {
  const none = f32x4.splat(0);
  const m0 = wide ? v128.load(mean) : loadLanes(mean, lanes), m1 = wide ? v128.load(mean, 16) : m0;
  const s0 = relu ? loadLanes(scale, wide ? 4 : lanes) : none, s1 = relu && wide ? v128.load(scale, 16) : none;
  const b0 = relu ? loadLanes(beta, wide ? 4 : lanes) : none, b1 = relu && wide ? v128.load(beta, 16) : none;
  let low = none, high = none, lowProduct = none, highProduct = none;
  for (let r = 0; r < count; r++, p += rowBytes, q += rowBytes) {
    const v = f32x4.sub(wide ? v128.load(p) : loadLanes(p, lanes), m0);
    const d = passedBy(relu, wide ? v128.load(q) : loadLanes(q, lanes), v, s0, b0);
    low = f32x4.add(low, d);
    lowProduct = mulAdd(d, v, lowProduct);
    if (!wide) continue;
    const w = f32x4.sub(v128.load(p, 16), m1);
    const e = passedBy(relu, v128.load(q, 16), w, s1, b1);
    high = f32x4.add(high, e);
    highProduct = mulAdd(e, w, highProduct);
  }
  addToDoubles(plains, low, wide ? 4 : lanes);
  addToDoubles(products, lowProduct, wide ? 4 : lanes);
  if (!wide) return;
  addToDoubles(plains + doubles(4), high, 4);
  addToDoubles(products + doubles(4), highProduct, 4);
}

/** The same for the last channels, fewer than 8. */
// @ts-ignore: decorator
@inline
function addTail(
  relu: bool, left: i32, p: usize, q: usize, rowBytes: usize, count: i32, mean: usize, scale: usize, beta: usize, plains: usize, products: usize,
): void {
  for (let c = 0; c < left; c += 4) {
    const at = floats(c), to = doubles(c);
    addGradients(relu, false, min(4, left - c), p + at, q + at, rowBytes, count, mean + at, scale + at, beta + at, plains + to, products + to);
  }
}

// @ts-ignore: decorator
@inline
function sumGradients(
  relu: bool, x: usize, dy: usize, rows: i32, channels: i32, mean: usize, scale: usize, beta: usize, dGamma: usize, dBeta: usize, sums: usize,
): void {
  const products = sums + doubles(channels);
  const rowBytes = floats(channels);
  const block = rowBlock(channels);
  for (let start = 0; start == 0 || start < rows; start += block) {
    const part = start == 0 ? sums : sums + 2 * doubles(channels);
    const end = min(rows, start + block);
    memory.fill(part, 0, 2 * doubles(channels));
    for (let first = start; first < end; first += ROW_RUN) {
      const count = min(ROW_RUN, end - first);
      const p = x + <usize>first * rowBytes;
      const q = dy + <usize>first * rowBytes;
      for (let c = 0; c < channels; c += 8) {
        const at = floats(c), to = part + doubles(c), more = to + doubles(channels);
        if (c + 8 <= channels) addGradients(relu, true, 8, p + at, q + at, rowBytes, count, mean + at, scale + at, beta + at, to, more);
        else addTail(relu, channels - c, p + at, q + at, rowBytes, count, mean + at, scale + at, beta + at, to, more);
      }
    }
    if (start > 0) addDoubles(sums, part, 2 * channels);
  }
  for (let c = 0; c < channels; c++) {
    store<f32>(dBeta + floats(c), <f32>load<f64>(sums + doubles(c)));
    store<f32>(dGamma + floats(c), <f32>load<f64>(products + doubles(c)));
  }
}

/** Sums over the rows of `dy` and of `dy * (x - mean)`, into `dBeta` and `dGamma`. `sums`: float64 `[4, channels]`. */
export function gradientSums(x: usize, dy: usize, rows: i32, channels: i32, mean: usize, dGamma: usize, dBeta: usize, sums: usize): void {
  sumGradients(false, x, dy, rows, channels, mean, 0, 0, dGamma, dBeta, sums);
}

// @ts-ignore: decorator
@inline
function blendLanes(
  relu: bool, whole: bool, lanes: i32, x: usize, dy: usize, dx: usize, rowBytes: usize, count: i32,
  mean: usize, scale: usize, beta: usize, slope: usize, shift: usize,
): void {
  const m = loadLanes(mean, lanes), s = loadLanes(scale, lanes), k = loadLanes(slope, lanes), b = loadLanes(shift, lanes);
  const start = relu ? loadLanes(beta, lanes) : b;
  for (let r = 0; r < count; r++, x += rowBytes, dy += rowBytes, dx += rowBytes) {
    const centred = f32x4.sub(whole ? v128.load(x) : loadLanes(x, lanes), m);
    const d = passedBy(relu, whole ? v128.load(dy) : loadLanes(dy, lanes), centred, s, start);
    const v = mulAdd(d, s, mulAdd(centred, k, b));
    if (whole) v128.store(dx, v);
    else storeLanes(dx, v, lanes);
  }
}

// @ts-ignore: decorator
@inline
function blend(
  relu: bool, x: usize, dy: usize, rows: i32, channels: i32,
  mean: usize, scale: usize, beta: usize, slope: usize, shift: usize, dx: usize,
): void {
  const rowBytes = floats(channels);
  const run = <usize>ROW_RUN * rowBytes;
  for (let first = 0; first < rows; first += ROW_RUN, x += run, dy += run, dx += run) {
    const count = min(ROW_RUN, rows - first);
    for (let c = 0; c < channels; c += 4) {
      const at = floats(c);
      const p = x + at, q = dy + at, to = dx + at;
      const lanes = min(4, channels - c);
      if (lanes == 4) blendLanes(relu, true, 4, p, q, to, rowBytes, count, mean + at, scale + at, beta + at, slope + at, shift + at);
      else blendLanes(relu, false, lanes, p, q, to, rowBytes, count, mean + at, scale + at, beta + at, slope + at, shift + at);
    }
  }
}

/** `dx = dy * scale + (x - mean) * slope + shift`, by channel. */
export function blendRows(
  x: usize, dy: usize, rows: i32, channels: i32, mean: usize, scale: usize, slope: usize, shift: usize, dx: usize,
): void {
  blend(false, x, dy, rows, channels, mean, scale, 0, slope, shift, dx);
}

/**
 * `dx = scale · (dy − mean(dy)) + slope · (x − mean)` with `scale = gamma / σ` and `slope = −scale · Σ(dy · (x − mean)) / (rows · σ²)`;
 * with `relu`, `dy` is that of what came out of it. `scratch`: per channel four float64 and three float32.
 */
export function batchNormGrad(
  x: usize, dy: usize, rows: i32, channels: i32, gamma: usize, beta: usize, mean: usize, variance: usize, eps: f64, relu: bool,
  dx: usize, dGamma: usize, dBeta: usize, scratch: usize,
): void {
  const width = floats(channels);
  const scales = scratch + 4 * doubles(channels);
  const slopes = scales + width;
  const shifts = slopes + width;
  writeScales(channels, gamma, variance, eps, scales);
  if (relu) sumGradients(true, x, dy, rows, channels, mean, scales, beta, dGamma, dBeta, scratch);
  else sumGradients(false, x, dy, rows, channels, mean, scales, beta, dGamma, dBeta, scratch);
  for (let c = 0; c < channels; c++) {
    const at = floats(c);
    const inverse = inverseDeviation(variance, c, eps);
    const scale = <f64>load<f32>(gamma + at) * inverse;
    const product = <f64>load<f32>(dGamma + at);
    store<f32>(slopes + at, <f32>((-scale * product * inverse * inverse) / <f64>rows));
    store<f32>(shifts + at, <f32>((-scale * <f64>load<f32>(dBeta + at)) / <f64>rows));
    store<f32>(dGamma + at, <f32>(product * inverse));
  }
  if (relu) blend(true, x, dy, rows, channels, mean, scales, beta, slopes, shifts, dx);
  else blend(false, x, dy, rows, channels, mean, scales, beta, slopes, shifts, dx);
}
