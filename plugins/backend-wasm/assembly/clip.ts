import { floats, loadLanes, storeLanes } from "./lanes";

/** `out[i]` = `x[i]` held between `low` and `high`; NaN stays NaN, as wasm's minimum and maximum keep it. */
export function clip(x: usize, count: i32, low: f32, high: f32, out: usize): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  const whole = out + floats(count & ~3);
  for (; out < whole; x += 16, out += 16) v128.store(out, f32x4.min(f32x4.max(v128.load(x), lows), highs));
  const lanes = count & 3;
  if (lanes != 0) storeLanes(out, f32x4.min(f32x4.max(loadLanes(x, lanes), lows), highs), lanes);
}
