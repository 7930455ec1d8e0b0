import { floats, loadLanes, storeLanes } from "./lanes";
import { sigmoidLanes, tanhLanes } from "./squash";

// What follows a product or a convolution, and the gradient of that.

export const NONE: i32 = 0;
const RELU: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;

/** 0 for what is 0 or below, NaN for NaN: a comparison and a mask, where f32x4.max takes eight instructions. */
// @ts-ignore: decorator
@inline
export function reluLanes(v: v128): v128 {
  return v128.andnot(v, f32x4.le(v, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function activate(activation: i32, v: v128): v128 {
  if (activation == RELU) return reluLanes(v);
  if (activation == SIGMOID) return sigmoidLanes(v);
  if (activation == TANH) return tanhLanes(v);
  return v;
}

// @ts-ignore: decorator
@inline
function passLanes(activation: i32, x: usize, biased: bool, bias: usize, lanes: i32, to: usize): void {
  const v = loadLanes(x, lanes);
  storeLanes(to, activate(activation, biased ? f32x4.add(v, loadLanes(bias, lanes)) : v), lanes);
}

// @ts-ignore: decorator
@inline
function passRows(activation: i32, x: usize, biased: bool, bias: usize, rows: i32, columns: i32, to: usize): void {
  const pairs = floats(columns & ~7);
  const whole = floats(columns & ~3);
  const lanes = columns & 3;
  for (let r = 0; r < rows; r++, x += floats(columns), to += floats(columns)) {
    for (let at: usize = 0; at < pairs; at += 32) {
      passLanes(activation, x + at, biased, bias + at, 4, to + at);
      passLanes(activation, x + at + 16, biased, bias + at + 16, 4, to + at + 16);
    }
    if (pairs < whole) passLanes(activation, x + pairs, biased, bias + pairs, 4, to + pairs);
    if (lanes != 0) passLanes(activation, x + whole, biased, bias + whole, lanes, to + whole);
  }
}

// @ts-ignore: decorator
@inline
function pass(activation: i32, x: usize, bias: usize, rows: i32, columns: i32, to: usize): void {
  if (bias == 0) passRows(activation, x, false, bias, rows, columns, to);
  else passRows(activation, x, true, bias, rows, columns, to);
}

/** `x` `[rows, columns]` plus `bias` `[columns]`, which may be 0 for none, then the activation; `to` may be `x`. */
export function biasActivation(x: usize, bias: usize, rows: i32, columns: i32, activation: i32, to: usize): void {
  if (activation == RELU) pass(RELU, x, bias, rows, columns, to);
  else if (activation == SIGMOID) pass(SIGMOID, x, bias, rows, columns, to);
  else if (activation == TANH) pass(TANH, x, bias, rows, columns, to);
  else pass(NONE, x, bias, rows, columns, to);
}

// @ts-ignore: decorator
@inline
function slope(activation: i32, dy: v128, y: v128): v128 {
  // 0 where y is 0 or below: a NaN there lets dy pass, as PyTorch does.
  if (activation == RELU) return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
  const one = f32x4.splat(1);
  return f32x4.mul(dy, activation == SIGMOID ? f32x4.mul(y, f32x4.sub(one, y)) : f32x4.sub(one, f32x4.mul(y, y)));
}

// @ts-ignore: decorator
@inline
function passBack(activation: i32, dy: usize, y: usize, count: i32, out: usize): void {
  for (const whole = out + floats(count & ~3); out < whole; dy += 16, y += 16, out += 16) {
    v128.store(out, slope(activation, v128.load(dy), v128.load(y)));
  }
  const lanes = count & 3;
  if (lanes != 0) storeLanes(out, slope(activation, loadLanes(dy, lanes), loadLanes(y, lanes)), lanes);
}

/** The gradient by what was activated, from `dy` and the result `y` of the activation, which is not `NONE`. */
export function activationGrad(dy: usize, y: usize, count: i32, activation: i32, out: usize): void {
  if (activation == RELU) passBack(RELU, dy, y, count, out);
  else if (activation == SIGMOID) passBack(SIGMOID, dy, y, count, out);
  else passBack(TANH, dy, y, count, out);
}
