import { expLanes } from "./exp";
import { floats, loadLanes, storeLanes } from "./lanes";
import { sigmoidLanes, tanhLanes } from "./squash";

// Functions of single numbers, to a few ulp; NaN gives NaN.

const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;
const TWO_23: f32 = 8388608;

/** @source Eigen, generic_fast_erf_float. */
// @ts-ignore: decorator
@inline
function erfLanes(x: v128): v128 {
  const v = f32x4.pmax(f32x4.pmin(x, f32x4.splat(4)), f32x4.splat(-4));
  const q = f32x4.mul(v, v);
  let p = f32x4.add(f32x4.mul(q, f32x4.splat(-2.72614225801306e-10)), f32x4.splat(2.77068142495902e-8));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-2.10102402082508e-6));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-5.69250639462346e-5));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-7.34990630326855e-4));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-2.95459980854025e-3));
  p = f32x4.mul(v, f32x4.add(f32x4.mul(p, q), f32x4.splat(-1.60960333262415e-2)));
  let d = f32x4.add(f32x4.mul(q, f32x4.splat(-1.45660718464996e-5)), f32x4.splat(-2.13374055278905e-4));
  d = f32x4.add(f32x4.mul(d, q), f32x4.splat(-1.68282697438203e-3));
  d = f32x4.add(f32x4.mul(d, q), f32x4.splat(-7.37332916720468e-3));
  d = f32x4.add(f32x4.mul(d, q), f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(p, d);
}

/** `expLanes`, with infinity where float32 ends and denormals flushed to 0. */
// @ts-ignore: decorator
@inline
function fullExpLanes(x: v128): v128 {
  return v128.bitselect(f32x4.splat(Infinity), expLanes(x), f32x4.gt(x, f32x4.splat(88.72284)));
}

/** @source Cephes, logf. */
// @ts-ignore: decorator
@inline
export function logLanes(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL));
  const v = v128.bitselect(f32x4.mul(x, f32x4.splat(TWO_23)), x, tiny);
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(v, 23), i32x4.splat(126)));
  e = f32x4.sub(e, v128.and(tiny, f32x4.splat(23)));
  let m = v128.or(v128.and(v, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = f32x4.sub(e, v128.and(low, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), f32x4.splat(1));
  const q = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), q);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(q, f32x4.splat(0.5)));
  y = f32x4.add(f32x4.add(m, y), f32x4.mul(e, f32x4.splat(0.693359375)));
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(y, f32x4.splat(NaN), f32x4.ge(x, f32x4.splat(0)));
}

// log(1 + e^x) without overflow, and without losing e^x to the 1 while it matters.
// @ts-ignore: decorator
@inline
export function softplusLanes(x: v128): v128 {
  const e = fullExpLanes(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  const sum = f32x4.add(one, e);
  // Kahan's log1p: the rounding of 1 + e, undone by a quotient.
  const rest = f32x4.sub(sum, one);
  const log = v128.bitselect(e, f32x4.div(f32x4.mul(logLanes(sum), e), rest), f32x4.eq(rest, f32x4.splat(0)));
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log);
}

export function expFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, fullExpLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, fullExpLanes(loadLanes(x, lanes)), lanes);
}

export function logFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, logLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, logLanes(loadLanes(x, lanes)), lanes);
}

export function tanhFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, tanhLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, tanhLanes(loadLanes(x, lanes)), lanes);
}

export function sigmoidFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, sigmoidLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, sigmoidLanes(loadLanes(x, lanes)), lanes);
}

export function erfFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, erfLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, erfLanes(loadLanes(x, lanes)), lanes);
}

export function sqrtFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, f32x4.sqrt(v128.load(x)));
  if (lanes > 0) storeLanes(out, f32x4.sqrt(loadLanes(x, lanes)), lanes);
}

export function rsqrtFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, f32x4.div(f32x4.splat(1), f32x4.sqrt(v128.load(x))));
  if (lanes > 0) storeLanes(out, f32x4.div(f32x4.splat(1), f32x4.sqrt(loadLanes(x, lanes))), lanes);
}

export function softplusFloats(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, softplusLanes(v128.load(x)));
  if (lanes > 0) storeLanes(out, softplusLanes(loadLanes(x, lanes)), lanes);
}

export function floatsOfInts(x: usize, count: i32, out: usize): void {
  const lanes = count & 3;
  for (const whole = out + floats(count - lanes); out < whole; x += 16, out += 16) v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
  if (lanes > 0) storeLanes(out, f32x4.convert_i32x4_s(loadLanes(x, lanes)), lanes);
}

/** Bytes to int32. They may lie at the end of `out`: what is written stays behind what is read. */
export function intsOfBytes(bytes: usize, count: i32, out: usize): void {
  let i = 0;
  for (; i + 8 <= count; i += 8, bytes += 8, out += 32) {
    const words = v128.load8x8_u(bytes);
    v128.store(out, i32x4.extend_low_i16x8_u(words));
    v128.store(out, i32x4.extend_high_i16x8_u(words), 16);
  }
  for (; i < count; i++, bytes++, out += 4) store<i32>(out, load<u8>(bytes));
}
