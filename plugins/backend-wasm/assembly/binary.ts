import { compareRow, EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL } from "./compare";
import { floats, loadLanes, storeLanes } from "./lanes";

// Operations on two operands that repeat along some axes: `[a, b, c]` numbers, each operand with a stride of floats per axis, 0 where it
// repeats. The stride of the last axis is 0 or 1.

const ADD: i32 = 0;
const SUBTRACT: i32 = 1;
const MULTIPLY: i32 = 2;
const DIVIDE: i32 = 3;
const MAXIMUM: i32 = 4;
const MINIMUM: i32 = 5;
const SQUARED_DIFFERENCE: i32 = 6;

// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, y: v128): v128 {
  if (op == ADD) return f32x4.add(x, y);
  if (op == SUBTRACT) return f32x4.sub(x, y);
  if (op == MULTIPLY) return f32x4.mul(x, y);
  if (op == DIVIDE) return f32x4.div(x, y);
  if (op == MAXIMUM) return f32x4.max(x, y);
  if (op == MINIMUM) return f32x4.min(x, y);
  const d = f32x4.sub(x, y);
  return f32x4.mul(d, d);
}

// @ts-ignore: decorator
@inline
function runRow(op: i32, x: usize, xStep: i32, y: usize, yStep: i32, count: i32, out: usize): void {
  const xv = v128.load32_splat(x);
  const yv = v128.load32_splat(y);
  // Four vectors a round: the loop itself would take as long as the arithmetic.
  for (const end = out + floats(count & ~15); out < end; x += floats(xStep << 4), y += floats(yStep << 4), out += 64) {
    v128.store(out, apply(op, xStep == 0 ? xv : v128.load(x), yStep == 0 ? yv : v128.load(y)));
    v128.store(out, apply(op, xStep == 0 ? xv : v128.load(x, 16), yStep == 0 ? yv : v128.load(y, 16)), 16);
    v128.store(out, apply(op, xStep == 0 ? xv : v128.load(x, 32), yStep == 0 ? yv : v128.load(y, 32)), 32);
    v128.store(out, apply(op, xStep == 0 ? xv : v128.load(x, 48), yStep == 0 ? yv : v128.load(y, 48)), 48);
  }
  for (const end = out + floats(count & 12); out < end; x += floats(xStep << 2), y += floats(yStep << 2), out += 16) {
    v128.store(out, apply(op, xStep == 0 ? xv : v128.load(x), yStep == 0 ? yv : v128.load(y)));
  }
  const lanes = count & 3;
  if (lanes == 0) return;
  const left = xStep == 0 ? xv : loadLanes(x, lanes);
  const right = yStep == 0 ? yv : loadLanes(y, lanes);
  storeLanes(out, apply(op, left, right), lanes);
}

// @ts-ignore: decorator
@inline
function runAll(op: i32, shape: usize, x: usize, y: usize, out: usize): void {
  const a = load<i32>(shape), b = load<i32>(shape, 4), c = load<i32>(shape, 8);
  const x0 = load<i32>(shape, 12), x1 = load<i32>(shape, 16), x2 = load<i32>(shape, 20);
  const y0 = load<i32>(shape, 24), y1 = load<i32>(shape, 28), y2 = load<i32>(shape, 32);
  for (let i = 0; i < a; i++) {
    let p = x + floats(i * x0);
    let q = y + floats(i * y0);
    for (let j = 0; j < b; j++, p += floats(x1), q += floats(y1), out += op < GREATER ? floats(c) : <usize>c) {
      if (op >= GREATER) compareRow(op, p, x2, q, y2, c, out);
      else if (x2 == 0) runRow(op, p, 0, q, 1, c, out);
      else if (y2 == 0) runRow(op, p, 1, q, 0, c, out);
      else runRow(op, p, 1, q, 1, c, out);
    }
  }
}

// `shape`: nine int32, the lengths, the strides of `x`, those of `y`. A function each: in one large one V8 runs out of registers.

export function addFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(ADD, shape, x, y, out);
}

export function subtractFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(SUBTRACT, shape, x, y, out);
}

export function multiplyFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(MULTIPLY, shape, x, y, out);
}

export function divideFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(DIVIDE, shape, x, y, out);
}

export function maximumFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(MAXIMUM, shape, x, y, out);
}

export function minimumFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(MINIMUM, shape, x, y, out);
}

export function squaredDifferenceFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(SQUARED_DIFFERENCE, shape, x, y, out);
}

export function greaterFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(GREATER, shape, x, y, out);
}

export function greaterEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(GREATER_EQUAL, shape, x, y, out);
}

export function lessFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(LESS, shape, x, y, out);
}

export function lessEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(LESS_EQUAL, shape, x, y, out);
}

export function equalFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(EQUAL, shape, x, y, out);
}

export function notEqualFloats(shape: usize, x: usize, y: usize, out: usize): void {
  runAll(NOT_EQUAL, shape, x, y, out);
}
