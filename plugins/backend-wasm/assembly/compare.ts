import { floats } from "./lanes";

// Comparisons, walked through as in binary.ts, to bytes of 0 and 1.

const GREATER: i32 = 0;
const GREATER_EQUAL: i32 = 1;
const LESS: i32 = 2;
const LESS_EQUAL: i32 = 3;
const EQUAL: i32 = 4;
const NOT_EQUAL: i32 = 5;

// @ts-ignore: decorator
@inline
function mask(op: i32, x: v128, y: v128): v128 {
  if (op == GREATER) return f32x4.gt(x, y);
  if (op == GREATER_EQUAL) return f32x4.ge(x, y);
  if (op == LESS) return f32x4.lt(x, y);
  if (op == LESS_EQUAL) return f32x4.le(x, y);
  if (op == EQUAL) return f32x4.eq(x, y);
  return f32x4.ne(x, y);
}

// @ts-ignore: decorator
@inline
function lanesOf(p: usize, step: i32, offset: usize): v128 {
  return step == 0 ? v128.load32_splat(p) : v128.load(p + offset);
}

// @ts-ignore: decorator
@inline
function compareRow(op: i32, x: usize, xStep: i32, y: usize, yStep: i32, count: i32, out: usize): void {
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const at = floats(i);
    const low = mask(op, lanesOf(x, xStep, at), lanesOf(y, yStep, at));
    const high = mask(op, lanesOf(x, xStep, at + 16), lanesOf(y, yStep, at + 16));
    const words = i16x8.narrow_i32x4_s(low, high);
    v128.store64_lane(out + <usize>i, v128.and(i8x16.narrow_i16x8_s(words, words), i8x16.splat(1)), 0);
  }
  for (; i < count; i++) {
    const left = v128.load32_splat(x + floats(i * xStep));
    const right = v128.load32_splat(y + floats(i * yStep));
    store<u8>(out + <usize>i, <u8>(i32x4.extract_lane(mask(op, left, right), 0) & 1));
  }
}

// @ts-ignore: decorator
@inline
function compareAll(op: i32, shape: usize, x: usize, y: usize, out: usize): void {
  const a = load<i32>(shape), b = load<i32>(shape, 4), c = load<i32>(shape, 8);
  const x0 = load<i32>(shape, 12), x1 = load<i32>(shape, 16), x2 = load<i32>(shape, 20);
  const y0 = load<i32>(shape, 24), y1 = load<i32>(shape, 28), y2 = load<i32>(shape, 32);
  for (let i = 0; i < a; i++) {
    let p = x + floats(i * x0);
    let q = y + floats(i * y0);
    for (let j = 0; j < b; j++, p += floats(x1), q += floats(y1), out += <usize>c) compareRow(op, p, x2, q, y2, c, out);
  }
}

// `shape`: as in binary.ts.

export function greaterFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(GREATER, shape, x, y, out);
}

export function greaterEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(GREATER_EQUAL, shape, x, y, out);
}

export function lessFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(LESS, shape, x, y, out);
}

export function lessEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(LESS_EQUAL, shape, x, y, out);
}

export function equalFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(EQUAL, shape, x, y, out);
}

export function notEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  compareAll(NOT_EQUAL, shape, x, y, out);
}

/** `condition ? yes : no` for each of `count` floats; `condition` are bytes. */
export function selectFloats(condition: usize, yes: usize, no: usize, count: i32, out: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = floats(i);
    const bytes = v128.load32_zero(condition + <usize>i);
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    v128.store(out + at, v128.bitselect(v128.load(yes + at), v128.load(no + at), i32x4.ne(words, i32x4.splat(0))));
  }
  for (; i < count; i++) store<f32>(out + floats(i), load<f32>((load<u8>(condition + <usize>i) != 0 ? yes : no) + floats(i)));
}
