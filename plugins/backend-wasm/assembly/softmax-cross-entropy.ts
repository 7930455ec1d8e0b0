import { expLanes, logOf } from "./exp";
import { addHalf, floats, loadLanes, storeLanes, sumOfLanes, zeroFloats } from "./lanes";

/** The largest of a row that holds no NaN. In four chains: one would wait for every comparison. */
function maxOf(row: usize, count: i32): f32 {
  let i = 0;
  let best: f32 = load<f32>(row);
  let a = f32x4.splat(best), b = a, c = a, d = a;
  for (; i + 16 <= count; i += 16) {
    const at = row + floats(i);
    a = f32x4.pmax(a, v128.load(at));
    b = f32x4.pmax(b, v128.load(at, 16));
    c = f32x4.pmax(c, v128.load(at, 32));
    d = f32x4.pmax(d, v128.load(at, 48));
  }
  for (; i + 4 <= count; i += 4) a = f32x4.pmax(a, v128.load(row + floats(i)));
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  best = max(max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)), max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)));
  for (; i < count; i++) best = max(best, load<f32>(row + floats(i)));
  return best;
}

/** Writes `e^(row − top)` and returns its sum, which is NaN if one is. */
function exponentials(row: usize, top: f32, count: i32, to: usize): f64 {
  const shift = f32x4.splat(top);
  let a = f64x2.splat(0), b = a, c = a, d = a;
  let i = 0;
  for (; i + 8 <= count; i += 8, row += 32, to += 32) {
    const e = expLanes(f32x4.sub(v128.load(row), shift));
    const f = expLanes(f32x4.sub(v128.load(row, 16), shift));
    v128.store(to, e);
    v128.store(to, f, 16);
    a = addHalf(a, e, false);
    b = addHalf(b, e, true);
    c = addHalf(c, f, false);
    d = addHalf(d, f, true);
  }
  let sum = sumOfLanes(a, b, c, d);
  for (; i < count; i += 4, row += 16, to += 16) {
    const lanes = min(4, count - i);
    storeLanes(to, expLanes(f32x4.sub(loadLanes(row, lanes), shift)), lanes);
    for (let k = 0; k < lanes; k++) sum += <f64>load<f32>(to + floats(k));
  }
  return sum;
}

/** Σ w·(top − z) over a row, w being 1 without weights. */
function shortfall(row: usize, top: f32, weights: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < count; c++) {
    const gap = <f64>top - <f64>load<f32>(row + floats(c));
    sum += weights == 0 ? gap : gap * <f64>load<f32>(weights + floats(c));
  }
  return sum;
}

/** Takes `share` of every class's weight from a row. */
function subtractShare(row: usize, share: f32, weights: usize, count: i32): void {
  for (let c = 0; c < count; c++) {
    const at = floats(c);
    store<f32>(row + at, load<f32>(row + at) - (weights == 0 ? share : share * load<f32>(weights + at)));
  }
}

function scaleRow(row: usize, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  for (const whole = row + floats(count & ~3); row < whole; row += 16) v128.store(row, f32x4.mul(v128.load(row), factors));
  for (let c = count & ~3; c < count; c++, row += 4) store<f32>(row, load<f32>(row) * factor);
}

function sumOf(values: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < count; c++) sum += <f64>load<f32>(values + floats(c));
  return sum;
}

/**
 * Losses and their gradients by the logits `[rows, classes]`. The target of a row is `weights` (of every class; 0: all 1) times what
 * `smoothing` makes of one-hot. A label outside the classes gives 0. Gradients are multiplied by `factor`. The label's own is taken in
 * float64: near 0 in a row that is right, it would be float32's rounding of 1.
 */
export function softmaxCrossEntropy(
  logits: usize, labels: usize, weights: usize, smoothing: f64, factor: f64, rows: i32, classes: i32, losses: usize, gradients: usize,
): void {
  const share = smoothing / <f64>classes;
  const shared = smoothing == 0 ? 0.0 : share * (weights == 0 ? <f64>classes : sumOf(weights, classes));
  for (let r = 0; r < rows; r++, logits += floats(classes), gradients += floats(classes)) {
    const label = load<i32>(labels + floats(r));
    const loss = losses + floats(r);
    if (<u32>label >= <u32>classes) {
      store<f32>(loss, 0);
      zeroFloats(gradients, classes);
      continue;
    }
    const top = maxOf(logits, classes);
    const sum = exponentials(logits, top, classes, gradients);
    const own = floats(label);
    const weight: f64 = weights == 0 ? 1.0 : <f64>load<f32>(weights + own);
    const kept = (1 - smoothing) * weight;
    const mass = kept + shared;
    const slope = (mass * (<f64>load<f32>(gradients + own) / sum) - kept - share * weight) * factor;
    let value = mass * logOf(sum) + kept * (<f64>top - <f64>load<f32>(logits + own));
    scaleRow(gradients, <f32>((mass / sum) * factor), classes);
    if (smoothing != 0) {
      value += share * shortfall(logits, top, weights, classes);
      subtractShare(gradients, <f32>(share * factor), weights, classes);
    }
    store<f32>(loss, <f32>value);
    store<f32>(gradients + own, <f32>slope);
  }
}
