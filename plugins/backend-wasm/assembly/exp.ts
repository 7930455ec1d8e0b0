import { mulAdd } from "./lanes";

// Exponential and logarithm without tables: a table would be a data segment, and this module's memory belongs to tfjs.

const LOG2E: f32 = 1.4426950408889634;
// ln 2 in two parts, so that n * ln 2 is subtracted without rounding.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
const LOWEST: f32 = -87.3;
const HIGHEST: f32 = 88.72283;
// Adding it to a float32 below 2^22 rounds that to an integer and leaves it in the low bits.
const ROUNDER: f32 = 12582912;

/** `e^x` to about 1 ulp; 0 below −87.3, saturated at the largest float32, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function expLanes(x: v128): v128 {
  const lowest = f32x4.splat(LOWEST);
  const rounder = f32x4.splat(ROUNDER);
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(HIGHEST)), lowest);
  const rounded = mulAdd(clamped, f32x4.splat(LOG2E), rounder);
  const n = f32x4.sub(rounded, rounder);
  const r = mulAdd(n, f32x4.splat(-LN2_LOW), mulAdd(n, f32x4.splat(-LN2_HIGH), clamped));
  let p = f32x4.splat(1.9875691500e-4);
  p = mulAdd(p, r, f32x4.splat(1.3981999507e-3));
  p = mulAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = mulAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = mulAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = mulAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(mulAdd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  // Times 2^n, by adding to the exponent.
  const result = i32x4.add(p, i32x4.shl(rounded, 23));
  return v128.bitselect(v128.andnot(result, f32x4.lt(x, lowest)), x, f32x4.eq(x, x));
}

/** Natural logarithm of a positive normal number, to about 1e-12; NaN for NaN. */
export function logOf(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  const series = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13))))));
  return x == x ? <f64>exponent * 0.6931471805599453 + 2 * s * series : x;
}
