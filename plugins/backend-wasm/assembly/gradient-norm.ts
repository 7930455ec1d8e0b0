import { floats, loadLanes, storeLanes } from "./lanes";

/** Sum of squares, in float64. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (let i = 0; i < count; i += 4, x += 16) {
    const v = loadLanes(x, min(4, count - i));
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** `to = x * factor`; `to` may be `x`. */
export function scaleFloats(x: usize, factor: f32, count: i32, to: usize): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < count; i += 4) {
    const at = floats(i);
    const lanes = min(4, count - i);
    storeLanes(to + at, f32x4.mul(loadLanes(x + at, lanes), factors), lanes);
  }
}
