// Four float32 at a time. Offsets and lengths are in bytes and elements as named; pointers are byte addresses.

/** Bytes of `count` float32. */
// @ts-ignore: decorator
@inline
export function floats(count: i32): usize {
  return <usize>count << 2;
}

/** Bytes of `count` float64. */
// @ts-ignore: decorator
@inline
export function doubles(count: i32): usize {
  return <usize>count << 3;
}

/** `a * b + c`, one rounding fewer where the build has relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The first `count` (1 to 4) floats at `p`, zeros behind them; reads nothing past them. */
// @ts-ignore: decorator
@inline
export function loadLanes(p: usize, count: i32): v128 {
  if (count >= 4) return v128.load(p);
  let v = v128.load32_zero(p);
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(p, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(p, 8));
  return v;
}

// @ts-ignore: decorator
@inline
export function storeLanes(p: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(p, v);
    return;
  }
  store<f32>(p, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8);
}

// @ts-ignore: decorator
@inline
export function zeroFloats(to: usize, count: i32): void {
  memory.fill(to, 0, floats(count));
}

/** A loop, not memory.copy: most runs here are a few floats. */
// @ts-ignore: decorator
@inline
export function copyFloats(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16, from += 16) v128.store(to, v128.load(from));
  for (; i < count; i++, to += 4, from += 4) store<f32>(to, load<f32>(from));
}

export function addDoubles(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i++, to += 8, from += 8) store<f64>(to, load<f64>(to) + load<f64>(from));
}

// @ts-ignore: decorator
@inline
export function addFloats(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; i < count; i++, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** Adds four float32 lanes to the eight float64 ones of a sum over neighbours, which take the numbers in turn: the lower two, or the upper. */
// @ts-ignore: decorator
@inline
export function addHalf(sums: v128, v: v128, upper: bool): v128 {
  return f64x2.add(sums, f64x2.promote_low_f32x4(upper ? v128.shuffle<f32>(v, v, 2, 3, 2, 3) : v));
}

/** The sum of eight float64 lanes: of the even ones and of the odd ones. What is left of the numbers is added behind. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(a: v128, b: v128, c: v128, d: v128): f64 {
  const sums = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** Adds `count` (1 to 4) float32 lanes to as many float64 at `sums`. */
// @ts-ignore: decorator
@inline
export function addToDoubles(sums: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(v)));
    v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))), 16);
    return;
  }
  store<f64>(sums, load<f64>(sums) + <f64>f32x4.extract_lane(v, 0));
  if (count > 1) store<f64>(sums, load<f64>(sums, 8) + <f64>f32x4.extract_lane(v, 1), 8);
  if (count > 2) store<f64>(sums, load<f64>(sums, 16) + <f64>f32x4.extract_lane(v, 2), 16);
}
