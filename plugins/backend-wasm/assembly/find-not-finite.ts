import { floats, loadLanes } from "./lanes";

/** Index of the first of `count` runs of float32 that holds NaN or infinity, −1 where none does. `runs`: address and length of each. */
export function findNotFinite(runs: usize, count: i32): i32 {
  for (let i = 0; i < count; i++, runs += 8) if (!allFinite(load<u32>(runs), load<i32>(runs, 4))) return i;
  return -1;
}

/** Without their sign, NaN and infinity are as whole numbers larger than every other float32. */
function allFinite(x: usize, count: i32): bool {
  const bits = i32x4.splat(0x7fff_ffff);
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const whole = x + floats(count & ~15); x < whole; x += 64) {
    a = i32x4.max_s(a, v128.and(v128.load(x), bits));
    b = i32x4.max_s(b, v128.and(v128.load(x, 16), bits));
    c = i32x4.max_s(c, v128.and(v128.load(x, 32), bits));
    d = i32x4.max_s(d, v128.and(v128.load(x, 48), bits));
  }
  for (let left = count & 15; left > 0; left -= 4, x += 16) a = i32x4.max_s(a, v128.and(loadLanes(x, left), bits));
  const largest = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
  return !v128.any_true(i32x4.gt_s(largest, i32x4.splat(0x7f7f_ffff)));
}
