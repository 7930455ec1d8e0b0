import { floats, loadLanes, mulAdd, storeLanes } from "./lanes";

/**
 * Batch norm with given statistics: `(x - mean) / sqrt(variance + eps) * gamma + beta` of `x` `[rows, channels]`. A `gamma` or `beta` of 0
 * (no tensor lies there) stands for ones or zeros. `scratch`: float32 `[channels]`.
 */
export function scaleShift(
  x: usize, rows: i32, channels: i32, mean: usize, variance: usize, gamma: usize, beta: usize, eps: f64, y: usize, scratch: usize,
): void {
  for (let c = 0; c < channels; c++) {
    const scale: f64 = gamma == 0 ? 1 : <f64>load<f32>(gamma + floats(c));
    store<f32>(scratch + floats(c), <f32>(scale / sqrt<f64>(<f64>load<f32>(variance + floats(c)) + eps)));
  }
  const zero = f32x4.splat(0);
  const lanes = channels & 3;
  for (let r = 0; r < rows; r++) {
    let at: usize = 0;
    for (const whole = floats(channels - lanes); at < whole; at += 16, x += 16, y += 16) {
      const centered = f32x4.sub(v128.load(x), v128.load(mean + at));
      v128.store(y, mulAdd(centered, v128.load(scratch + at), beta == 0 ? zero : v128.load(beta + at)));
    }
    if (lanes == 0) continue;
    const centered = f32x4.sub(loadLanes(x, lanes), loadLanes(mean + at, lanes));
    storeLanes(y, mulAdd(centered, loadLanes(scratch + at, lanes), beta == 0 ? zero : loadLanes(beta + at, lanes)), lanes);
    x += floats(lanes);
    y += floats(lanes);
  }
}
