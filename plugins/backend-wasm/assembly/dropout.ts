import { floats, loadLanes, storeLanes } from "./lanes";

/** Murmur3's finaliser. */
// @ts-ignore: decorator
@inline
function mix(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/**
 * `x` times `scale` where the hash of its place and `key` is `threshold` or more, else times 0. `first` is the place of the first number,
 * so that several calls may share the work.
 */
export function dropout(x: usize, first: i32, count: i32, key: i32, threshold: i32, scale: f32, out: usize): void {
  const keys = i32x4.splat(key);
  const limits = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  let places = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let i = 0; i < count; i += 4) {
    const lanes = min(4, count - i);
    const at = floats(i);
    const kept = i32x4.ge_u(mix(v128.xor(mix(places), keys)), limits);
    storeLanes(out + at, f32x4.mul(loadLanes(x + at, lanes), v128.and(kept, scales)), lanes);
    places = i32x4.add(places, i32x4.splat(4));
  }
}
