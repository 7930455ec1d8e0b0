import { floats, loadLanes, storeLanes, sumOfLanes } from "./lanes";

/** Sum of squares, in float64. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const whole = x + floats(count & ~7); x < whole; x += 32) {
    const v = v128.load(x);
    const w = v128.load(x, 16);
    a = f64x2.add(a, squares(v));
    b = f64x2.add(b, squares(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
    c = f64x2.add(c, squares(w));
    d = f64x2.add(d, squares(v128.shuffle<f32>(w, w, 2, 3, 2, 3)));
  }
  let sum = sumOfLanes(a, b, c, d);
  for (let left = count & 7; left > 0; left--, x += 4) {
    const v = <f64>load<f32>(x);
    sum += v * v;
  }
  return sum;
}

/** Of the lower two numbers. */
// @ts-ignore: decorator
@inline
export function squares(v: v128): v128 {
  const low = f64x2.promote_low_f32x4(v);
  return f64x2.mul(low, low);
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
