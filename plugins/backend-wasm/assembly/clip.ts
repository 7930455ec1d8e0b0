import { floats, loadLanes, storeLanes } from "./lanes";

/** `out[i]` = `x[i]` held between `low` and `high`; NaN stays NaN, as wasm's minimum and maximum keep it. */
export function clip(x: usize, count: i32, low: f32, high: f32, out: usize): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let i = 0; i < count; i += 4) {
    const lanes = min(4, count - i);
    storeLanes(out + floats(i), f32x4.min(f32x4.max(loadLanes(x + floats(i), lanes), lows), highs), lanes);
  }
}
