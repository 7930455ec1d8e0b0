import { floats, loadLanes, storeLanes } from "./lanes";

/** `out[i]` = `dy[i]`, or 0 where `y[i]` is 0 or below: a NaN there lets it pass, as PyTorch does. */
export function reluGrad(dy: usize, y: usize, count: i32, out: usize): void {
  const zeros = f32x4.splat(0);
  const whole = out + floats(count & ~3);
  for (; out < whole; dy += 16, y += 16, out += 16) v128.store(out, v128.andnot(v128.load(dy), f32x4.le(v128.load(y), zeros)));
  const lanes = count & 3;
  if (lanes != 0) storeLanes(out, v128.andnot(loadLanes(dy, lanes), f32x4.le(loadLanes(y, lanes), zeros)), lanes);
}
