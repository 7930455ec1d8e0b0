import { expLanes, logOf } from "./exp";
import { floats, loadLanes, storeLanes, zeroFloats } from "./lanes";

/** The largest of a row; NaN if one is. */
function maxOf(row: usize, count: i32): f32 {
  let i = 0;
  let best: f32 = load<f32>(row);
  if (count >= 4) {
    let lanes = v128.load(row);
    for (i = 4; i + 4 <= count; i += 4) lanes = f32x4.max(lanes, v128.load(row + floats(i)));
    best = max(
      max(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
      max(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
    );
  }
  for (; i < count; i++) best = max(best, load<f32>(row + floats(i)));
  return best;
}

/** Writes `e^(row − top)` and returns its sum. */
function exponentials(row: usize, top: f32, count: i32, to: usize): f64 {
  const shift = f32x4.splat(top);
  let low = f64x2.splat(0);
  let high = low;
  let i = 0;
  for (; i + 4 <= count; i += 4, row += 16, to += 16) {
    const e = expLanes(f32x4.sub(v128.load(row), shift));
    v128.store(to, e);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(e, e, 2, 3, 2, 3)));
  }
  const pair = f64x2.add(low, high);
  let sum = f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  const lanes = count - i;
  if (lanes == 0) return sum;
  const e = expLanes(f32x4.sub(loadLanes(row, lanes), shift));
  storeLanes(to, e, lanes);
  for (let k = 0; k < lanes; k++) sum += <f64>load<f32>(to + floats(k));
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
  const shares = f32x4.splat(share);
  for (let c = 0; c < count; c += 4) {
    const at = floats(c);
    const lanes = min(4, count - c);
    const part = weights == 0 ? shares : f32x4.mul(shares, loadLanes(weights + at, lanes));
    storeLanes(row + at, f32x4.sub(loadLanes(row + at, lanes), part), lanes);
  }
}

function scaleRow(row: usize, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  for (let c = 0; c < count; c += 4) {
    const at = row + floats(c);
    const lanes = min(4, count - c);
    storeLanes(at, f32x4.mul(loadLanes(at, lanes), factors), lanes);
  }
}

function sumOf(values: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < count; c++) sum += <f64>load<f32>(values + floats(c));
  return sum;
}

/**
 * Losses and their gradients by the logits `[rows, classes]`. The target of a row is `weights` (of every class; 0: all 1) times what
 * `smoothing` makes of one-hot. A label outside the classes gives 0.
 */
export function softmaxCrossEntropy(
  logits: usize, labels: usize, weights: usize, smoothing: f64, rows: i32, classes: i32, losses: usize, gradients: usize,
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
    const kept = (1 - smoothing) * (weights == 0 ? 1.0 : <f64>load<f32>(weights + own));
    const mass = kept + shared;
    let value = mass * logOf(sum) + kept * (<f64>top - <f64>load<f32>(logits + own));
    scaleRow(gradients, <f32>(mass / sum), classes);
    if (smoothing != 0) {
      value += share * shortfall(logits, top, weights, classes);
      subtractShare(gradients, <f32>share, weights, classes);
    }
    store<f32>(loss, <f32>value);
    store<f32>(gradients + own, load<f32>(gradients + own) - <f32>kept);
  }
}
