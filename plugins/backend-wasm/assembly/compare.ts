import { floats } from "./lanes";

// Comparisons, to bytes of 0 and 1. Their numbers follow those of the operations in binary.ts.

export const GREATER: i32 = 7;
export const GREATER_EQUAL: i32 = 8;
export const LESS: i32 = 9;
export const LESS_EQUAL: i32 = 10;
export const EQUAL: i32 = 11;
export const NOT_EQUAL: i32 = 12;

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
export function compareRow(op: i32, x: usize, xStep: i32, y: usize, yStep: i32, count: i32, out: usize): void {
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
