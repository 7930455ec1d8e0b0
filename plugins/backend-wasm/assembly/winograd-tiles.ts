import { Geometry } from "./geometry";
import { floats, zeroFloats } from "./lanes";
import { geometryOf, WinogradJob } from "./winograd-job";
import { loneTile } from "./winograd-lone";

// Images to the tiles of Winograd's F(2x2, 3x3). A tile stands for 2x2 pixels of the convolution's output: 4x4 pixels of its input under
// the filter. Transformed tiles are `[4, 4, tiles, channels]` with `step` floats between the components; channels come four at a time.

/** Pixel row `row` of image `n`, or zeros where it lies outside. */
// @ts-ignore: decorator
@inline
function rowOf(image: usize, n: i32, row: i32, height: i32, bytes: usize, zeros: usize): usize {
  return <u32>row < <u32>height ? image + <usize>(n * height + row) * bytes : zeros;
}

/** All ones where the column lies in the image. */
// @ts-ignore: decorator
@inline
function maskOf(column: i32, width: i32): v128 {
  return i32x4.splat(<u32>column < <u32>width ? -1 : 0);
}

/** Where a column begins; some column in the image for one that is not. */
// @ts-ignore: decorator
@inline
function offsetOf(column: i32, width: i32, channels: i32): usize {
  return <u32>column < <u32>width ? floats(column * channels) : 0;
}

/** The row `p + q` or `p - q` of a tile, times `B`: four components. */
// @ts-ignore: decorator
@inline
function tileRow(plus: bool, p: usize, q: usize, left: i32, g: Geometry, to: usize, step: usize): void {
  const width = g.inWidth;
  const channels = g.inChannels;
  const m0 = maskOf(left, width), m1 = maskOf(left + 1, width), m2 = maskOf(left + 2, width), m3 = maskOf(left + 3, width);
  const o0 = offsetOf(left, width, channels), o1 = offsetOf(left + 1, width, channels);
  const o2 = offsetOf(left + 2, width, channels), o3 = offsetOf(left + 3, width, channels);
  for (const end = to + floats(channels); to < end; p += 16, q += 16, to += 16) {
    const t0 = v128.and(m0, joined(plus, p + o0, q + o0));
    const t1 = v128.and(m1, joined(plus, p + o1, q + o1));
    const t2 = v128.and(m2, joined(plus, p + o2, q + o2));
    const t3 = v128.and(m3, joined(plus, p + o3, q + o3));
    v128.store(to, f32x4.sub(t0, t2));
    v128.store(to + step, f32x4.add(t1, t2));
    v128.store(to + 2 * step, f32x4.sub(t2, t1));
    v128.store(to + 3 * step, f32x4.sub(t1, t3));
  }
}

// @ts-ignore: decorator
@inline
function joined(plus: bool, p: usize, q: usize): v128 {
  return plus ? f32x4.add(v128.load(p), v128.load(q)) : f32x4.sub(v128.load(p), v128.load(q));
}

function loneTiles(j: WinogradJob, task: i32, channels: i32, gradient: bool): void {
  const last = min(j.count, (task + 1) * j.perTask);
  for (let i = task * j.perTask; i < last; i++) {
    loneTile(j.source + floats((j.first + i) * 4 * channels), channels, gradient, j.target + floats(i * channels), floats(j.step));
  }
}

/** Input tiles: `Bᵀ d B`. `scratch`: a row of the image. */
export function winogradTilesTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<WinogradJob>(job);
  const g = geometryOf(job);
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const bytes = floats(g.inWidth * g.inChannels);
  const step = floats(j.step);
  if (j.lone != 0) return loneTiles(j, task, g.inChannels, false);
  zeroFloats(scratch, g.inWidth * g.inChannels);
  const end = min(j.count, (task + 1) * j.perTask);
  for (let i = task * j.perTask; i < end; i++) {
    const tile = j.first + i;
    const n = tile / (across * down);
    const top = 2 * ((tile / across) % down) - g.padTop;
    const left = 2 * (tile % across) - g.padLeft;
    const r0 = rowOf(j.source, n, top, g.inHeight, bytes, scratch);
    const r1 = rowOf(j.source, n, top + 1, g.inHeight, bytes, scratch);
    const r2 = rowOf(j.source, n, top + 2, g.inHeight, bytes, scratch);
    const r3 = rowOf(j.source, n, top + 3, g.inHeight, bytes, scratch);
    const to = j.target + floats(i * g.inChannels);
    tileRow(false, r0, r2, left, g, to, step);
    tileRow(true, r1, r2, left, g, to + 4 * step, step);
    tileRow(false, r2, r1, left, g, to + 8 * step, step);
    tileRow(false, r1, r3, left, g, to + 12 * step, step);
  }
}

/** `A` times two numbers. */
// @ts-ignore: decorator
@inline
function spread(to: usize, step: usize, a: v128, b: v128): void {
  v128.store(to, a);
  v128.store(to + step, f32x4.add(a, b));
  v128.store(to + 2 * step, f32x4.sub(a, b));
  v128.store(to + 3 * step, f32x4.neg(b));
}

/** Tiles of the output gradient: `A dy Aᵀ`. `scratch`: a row of it. */
export function winogradGradTilesTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<WinogradJob>(job);
  const g = geometryOf(job);
  const channels = g.outChannels;
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const bytes = floats(g.outWidth * channels);
  const step = floats(j.step);
  if (j.lone != 0) return loneTiles(j, task, channels, true);
  zeroFloats(scratch, g.outWidth * channels);
  const last = min(j.count, (task + 1) * j.perTask);
  for (let i = task * j.perTask; i < last; i++) {
    const tile = j.first + i;
    const n = tile / (across * down);
    const top = 2 * ((tile / across) % down);
    const left = 2 * (tile % across);
    let p = rowOf(j.source, n, top, g.outHeight, bytes, scratch) + floats(left * channels);
    let q = rowOf(j.source, n, top + 1, g.outHeight, bytes, scratch) + floats(left * channels);
    const mask = maskOf(left + 1, g.outWidth);
    const right: usize = left + 1 < g.outWidth ? floats(channels) : 0;
    let to = j.target + floats(i * channels);
    for (const end = to + floats(channels); to < end; to += 16, p += 16, q += 16) {
      const a = v128.load(p), b = v128.and(mask, v128.load(p + right));
      const c = v128.load(q), d = v128.and(mask, v128.load(q + right));
      spread(to, step, a, b);
      spread(to + 4 * step, step, f32x4.add(a, c), f32x4.add(b, d));
      spread(to + 8 * step, step, f32x4.sub(a, c), f32x4.sub(b, d));
      spread(to + 12 * step, step, f32x4.neg(c), f32x4.neg(d));
    }
  }
}
