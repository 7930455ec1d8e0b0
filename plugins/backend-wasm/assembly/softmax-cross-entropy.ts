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

/**
 * Losses `[rows]` and their gradients by the logits, softmax less one-hot, `[rows, classes]`. A label outside the classes gives
 * zeros for its row.
 */
export function softmaxCrossEntropy(logits: usize, labels: usize, rows: i32, classes: i32, losses: usize, gradients: usize): void {
  const rowBytes = floats(classes);
  for (let r = 0; r < rows; r++, logits += rowBytes, gradients += rowBytes) {
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
    store<f32>(loss, <f32>(logOf(sum) + (<f64>top - <f64>load<f32>(logits + own))));
    const inverse = f32x4.splat(<f32>(1.0 / sum));
    for (let c = 0; c < classes; c += 4) {
      const at = gradients + floats(c);
      const lanes = min(4, classes - c);
      storeLanes(at, f32x4.mul(loadLanes(at, lanes), inverse), lanes);
    }
    store<f32>(gradients + own, load<f32>(gradients + own) - 1);
  }
}
