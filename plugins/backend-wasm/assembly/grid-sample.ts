import { floats } from "./lanes";

/** As int32 in this order; behind it the places of columns and rows of the result, float32. */
@unmanaged
class GridSample {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  nearest: i32;
  /** 0 zeros, 1 border, 2 reflection. */
  padding: i32;
  alignCorners: i32;
  x: usize;
  maps: usize;
  out: usize;
}

const HEADER_BYTES: usize = 48;
const ZEROS = 0;
const REFLECTION = 2;

/** From −1…1 to pixels of an axis, what lies outside brought in as the padding says. */
// @ts-ignore: decorator
@inline
function pixel(place: f32, n: i32, padding: i32, alignCorners: i32): f32 {
  const length = <f32>n;
  const last = length - 1;
  let at: f32 = alignCorners ? (place + 1) * <f32>0.5 * last : ((place + 1) * length - 1) * <f32>0.5;
  if (at >= 0 && at <= last) return at;
  if (padding == ZEROS) return at == at ? max(min(at, length + 1), <f32>-2) : <f32>-2;
  if (padding == REFLECTION) at = reflected(at, length, alignCorners);
  return at == at ? max(min(at, last), <f32>0) : <f32>0;
}

function reflected(at: f32, length: f32, alignCorners: i32): f32 {
  const low: f32 = alignCorners ? 0 : -0.5;
  const span: f32 = alignCorners ? length - 1 : length;
  if (span == 0) return 0;
  const far = abs(at - low);
  const turns = floor(far / span);
  const rest = far - turns * span;
  return (turns - 2 * floor(turns * 0.5) > 0.5 ? span - rest : rest) + low;
}

/** All of one image. Every pixel is computed alone, so that it does not matter who does it. */
export function gridSampleTask(job: usize, image: i32, scratch: usize): void {
  const g = changetype<GridSample>(job);
  const xs = job + HEADER_BYTES;
  const ys = xs + floats(g.outWidth);
  const m = g.maps + floats(9 * image);
  const a = load<f32>(m);
  const d = load<f32>(m, 12);
  const p = load<f32>(m, 24);
  const source = g.x + floats(image * g.height * g.width * g.channels);
  let to = g.out + floats(image * g.outHeight * g.outWidth * g.channels);
  const byFour = g.channels == 3 && !g.nearest;
  const run = byFour ? 4 : g.outWidth;
  for (let row = 0; row < g.outHeight; row++) {
    const y = load<f32>(ys + floats(row));
    const right = load<f32>(m, 4) * y + load<f32>(m, 8);
    const down = load<f32>(m, 16) * y + load<f32>(m, 20);
    const scale = load<f32>(m, 28) * y + load<f32>(m, 32);
    for (let first = 0; first < g.outWidth; first += run) {
      if (byFour && first + 4 <= g.outWidth) {
        const x = v128.load(xs + floats(first));
        const by = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.mul(f32x4.splat(p), x), f32x4.splat(scale)));
        const px = f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(a), x), f32x4.splat(right)), by);
        const py = f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(d), x), f32x4.splat(down)), by);
        if (takeFour(g, source, pixels(px, g.width, g.alignCorners), pixels(py, g.height, g.alignCorners), to)) {
          to += 48;
          continue;
        }
      }
      for (let column = first, end = min(first + run, g.outWidth); column < end; column++, to += floats(g.channels)) {
        const x = load<f32>(xs + floats(column));
        const by: f32 = <f32>1 / (p * x + scale);
        const px = pixel((a * x + right) * by, g.width, g.padding, g.alignCorners);
        const py = pixel((d * x + down) * by, g.height, g.padding, g.alignCorners);
        if (g.nearest) takeNearest(g, source, px, py, to);
        else takeBetween(g, source, px, py, to);
      }
    }
  }
}

function takeNearest(g: GridSample, source: usize, px: f32, py: f32, to: usize): void {
  const x = <i32>nearest(px);
  const y = <i32>nearest(py);
  const outside = x < 0 || y < 0 || x >= g.width || y >= g.height;
  const from = source + floats((y * g.width + x) * g.channels);
  for (let c = 0; c < g.channels; c++) store<f32>(to + floats(c), outside ? <f32>0 : load<f32>(from + floats(c)));
}

// @ts-ignore: decorator
@inline
function takeBetween(g: GridSample, source: usize, px: f32, py: f32, to: usize): void {
  const left = floor(px);
  const top = floor(py);
  const fx = px - left;
  const fy = py - top;
  const x = <i32>left;
  const y = <i32>top;
  // A tap outside has no weight, and is read inside.
  const w0: f32 = x >= 0 && x < g.width ? <f32>1 - fx : <f32>0;
  const w1: f32 = x + 1 >= 0 && x + 1 < g.width ? fx : <f32>0;
  const h0: f32 = y >= 0 && y < g.height ? <f32>1 - fy : <f32>0;
  const h1: f32 = y + 1 >= 0 && y + 1 < g.height ? fy : <f32>0;
  const x0 = max(0, min(x, g.width - 1)) * g.channels;
  const x1 = max(0, min(x + 1, g.width - 1)) * g.channels;
  const upper = source + floats(max(0, min(y, g.height - 1)) * g.width * g.channels);
  const lower = source + floats(max(0, min(y + 1, g.height - 1)) * g.width * g.channels);
  if (g.channels == 3) {
    const v = between(upper + floats(x0), upper + floats(x1), lower + floats(x0), lower + floats(x1), w0, w1, h0, h1);
    v128.store64_lane(to, v, 0);
    v128.store32_lane(to, v, 2, 8);
    return;
  }
  for (let c = 0; c < g.channels; c++) {
    const at = floats(c);
    const high = load<f32>(upper + floats(x0) + at) * w0 + load<f32>(upper + floats(x1) + at) * w1;
    const low = load<f32>(lower + floats(x0) + at) * w0 + load<f32>(lower + floats(x1) + at) * w1;
    store<f32>(to + at, high * h0 + low * h1);
  }
}

/** As `pixel`, but for what lies outside. */
// @ts-ignore: decorator
@inline
function pixels(places: v128, n: i32, alignCorners: i32): v128 {
  const one = f32x4.splat(1), half = f32x4.splat(0.5);
  if (alignCorners) return f32x4.mul(f32x4.mul(f32x4.add(places, one), half), f32x4.splat(<f32>n - 1));
  return f32x4.mul(f32x4.sub(f32x4.mul(f32x4.add(places, one), f32x4.splat(<f32>n)), one), half);
}

// @ts-ignore: decorator
@inline
function areInside(at: v128, n: i32): bool {
  return i32x4.all_true(v128.and(f32x4.ge(at, f32x4.splat(0)), f32x4.le(at, f32x4.splat(<f32>n - 1))));
}

/** `takeBetween` of four pixels of three channels; false, and nothing done, where one of them lies outside. */
// @ts-ignore: decorator
@inline
function takeFour(g: GridSample, source: usize, px: v128, py: v128, to: usize): bool {
  if (!areInside(px, g.width) || !areInside(py, g.height)) return false;
  const left = f32x4.floor(px), top = f32x4.floor(py);
  const fx = f32x4.sub(px, left), fy = f32x4.sub(py, top);
  const x = i32x4.trunc_sat_f32x4_s(left), y = i32x4.trunc_sat_f32x4_s(top);
  const lastX = i32x4.splat(g.width - 1), lastY = i32x4.splat(g.height - 1);
  const one = i32x4.splat(1), bytes = i32x4.splat(12), rowBytes = i32x4.splat(12 * g.width);
  const w0 = f32x4.sub(f32x4.splat(1), fx), w1 = v128.and(fx, i32x4.lt_s(x, lastX));
  const h0 = f32x4.sub(f32x4.splat(1), fy), h1 = v128.and(fy, i32x4.lt_s(y, lastY));
  const x0 = i32x4.mul(x, bytes), x1 = i32x4.mul(i32x4.min_s(i32x4.add(x, one), lastX), bytes);
  const y0 = i32x4.mul(y, rowBytes), y1 = i32x4.mul(i32x4.min_s(i32x4.add(y, one), lastY), rowBytes);
  takeLane(0, source, x0, x1, y0, y1, w0, w1, h0, h1, to);
  takeLane(1, source, x0, x1, y0, y1, w0, w1, h0, h1, to);
  takeLane(2, source, x0, x1, y0, y1, w0, w1, h0, h1, to);
  takeLane(3, source, x0, x1, y0, y1, w0, w1, h0, h1, to);
  return true;
}

/** Its lane has to be written as a number. */
// @ts-ignore: decorator
@inline
function floatAt(v: v128, k: i32): f32 {
  if (k == 0) return f32x4.extract_lane(v, 0);
  if (k == 1) return f32x4.extract_lane(v, 1);
  return k == 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

// @ts-ignore: decorator
@inline
function offsetAt(v: v128, k: i32): usize {
  return <usize>reinterpret<i32>(floatAt(v, k));
}

// @ts-ignore: decorator
@inline
function takeLane(
  k: i32, source: usize, x0: v128, x1: v128, y0: v128, y1: v128, w0: v128, w1: v128, h0: v128, h1: v128, to: usize,
): void {
  const upper = source + offsetAt(y0, k), lower = source + offsetAt(y1, k);
  const first = offsetAt(x0, k), second = offsetAt(x1, k);
  const v = between(
    upper + first, upper + second, lower + first, lower + second, floatAt(w0, k), floatAt(w1, k), floatAt(h0, k), floatAt(h1, k),
  );
  v128.store64_lane(to + 12 * <usize>k, v, 0);
  v128.store32_lane(to + 12 * <usize>k, v, 2, 8);
}

/** Of four taps of three channels. */
// @ts-ignore: decorator
@inline
function between(a: usize, b: usize, c: usize, d: usize, w0: f32, w1: f32, h0: f32, h1: f32): v128 {
  const high = f32x4.add(weighed(a, w0), weighed(b, w1));
  const low = f32x4.add(weighed(c, w0), weighed(d, w1));
  return f32x4.add(f32x4.mul(high, f32x4.splat(h0)), f32x4.mul(low, f32x4.splat(h1)));
}

/** Three floats times `weight`. */
// @ts-ignore: decorator
@inline
function weighed(from: usize, weight: f32): v128 {
  return f32x4.mul(v128.load32_lane(from, v128.load64_zero(from), 2, 8), f32x4.splat(weight));
}
