import { floats } from "./lanes";
import { WinogradJob } from "./winograd-job";
import { expandLone, foldLone } from "./winograd-lone";

// The filter's side of Winograd's F(2x2, 3x3): `U = G g Gᵀ` for each pair of channels, and the adjoint, which makes a filter gradient of
// the sum of the products. Filters are `[3, 3, pairs]`, transformed ones `[4, 4, pairs]` with `step` floats between the components; pairs
// come four at a time.

/** `G` times three numbers, at `to` and three more places `step` bytes apart. */
// @ts-ignore: decorator
@inline
function expand(to: usize, step: usize, a: v128, b: v128, c: v128): void {
  const half = f32x4.splat(0.5);
  const outer = f32x4.add(a, c);
  v128.store(to, a);
  v128.store(to + step, f32x4.mul(half, f32x4.add(outer, b)));
  v128.store(to + 2 * step, f32x4.mul(half, f32x4.sub(outer, b)));
  v128.store(to + 3 * step, c);
}

/** `Gᵀ` times four numbers. */
// @ts-ignore: decorator
@inline
function fold(to: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.mul(half, f32x4.add(b, c));
  v128.store(to, f32x4.add(a, even));
  v128.store(to + step, f32x4.mul(half, f32x4.sub(b, c)));
  v128.store(to + 2 * step, f32x4.add(even, d));
}

/** Filter to transformed filter. `count` pairs of channels, in tasks of `perTask`. `scratch`: 192 bytes. */
export function winogradFilterTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<WinogradJob>(job);
  const plane = floats(j.count);
  const step = floats(j.step);
  const end = floats(min(j.count, (task + 1) * j.perTask));
  for (let at = floats(task * j.perTask); at < end; at += 16) {
    if (j.lone != 0) {
      expandLonePairs(j.source + at, plane, scratch, j.target + at, step);
      continue;
    }
    // Columns first, to three columns of four.
    for (let b: usize = 0; b < 3; b++) {
      const from = j.source + at + b * plane;
      expand(scratch + b * 16, 48, v128.load(from), v128.load(from + 3 * plane), v128.load(from + 6 * plane));
    }
    for (let u: usize = 0; u < 4; u++) {
      const row = scratch + u * 48;
      expand(j.target + at + 4 * u * step, step, v128.load(row), v128.load(row, 16), v128.load(row, 32));
    }
  }
}

function expandLonePairs(from: usize, plane: usize, rows: usize, to: usize, step: usize): void {
  for (let b: usize = 0; b < 3; b++, from += plane) {
    expandLone(rows + b * 16, 48, v128.load(from), v128.load(from + 3 * plane), v128.load(from + 6 * plane));
  }
  for (let u: usize = 0; u < 3; u++, rows += 48, to += 3 * step) {
    expandLone(to, step, v128.load(rows), v128.load(rows, 16), v128.load(rows, 32));
  }
}

/** Gradient by the transformed filter to gradient by the filter; otherwise as `winogradFilterTask`. */
export function winogradFilterGradTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<WinogradJob>(job);
  const plane = floats(j.count);
  const step = floats(j.step);
  const end = floats(min(j.count, (task + 1) * j.perTask));
  for (let at = floats(task * j.perTask); at < end; at += 16) {
    if (j.lone != 0) {
      foldLonePairs(j.source + at, step, scratch, j.target + at, plane);
      continue;
    }
    for (let v: usize = 0; v < 4; v++) {
      const from = j.source + at + v * step;
      fold(scratch + v * 16, 64, v128.load(from), v128.load(from + 4 * step), v128.load(from + 8 * step), v128.load(from + 12 * step));
    }
    for (let a: usize = 0; a < 3; a++) {
      const row = scratch + a * 64;
      fold(j.target + at + 3 * a * plane, plane, v128.load(row), v128.load(row, 16), v128.load(row, 32), v128.load(row, 48));
    }
  }
}

function foldLonePairs(from: usize, step: usize, rows: usize, to: usize, plane: usize): void {
  for (let v: usize = 0; v < 3; v++, from += step) {
    foldLone(rows + v * 16, 48, v128.load(from), v128.load(from + 3 * step), v128.load(from + 6 * step));
  }
  for (let a: usize = 0; a < 3; a++, rows += 48, to += 3 * plane) {
    foldLone(to, plane, v128.load(rows), v128.load(rows, 16), v128.load(rows, 32));
  }
}
