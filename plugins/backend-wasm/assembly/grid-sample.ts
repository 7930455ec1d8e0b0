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
  for (let row = 0; row < g.outHeight; row++) {
    const y = load<f32>(ys + floats(row));
    const right = load<f32>(m, 4) * y + load<f32>(m, 8);
    const down = load<f32>(m, 16) * y + load<f32>(m, 20);
    const scale = load<f32>(m, 28) * y + load<f32>(m, 32);
    for (let column = 0; column < g.outWidth; column++, to += floats(g.channels)) {
      const x = load<f32>(xs + floats(column));
      const by: f32 = <f32>1 / (p * x + scale);
      const px = pixel((a * x + right) * by, g.width, g.padding, g.alignCorners);
      const py = pixel((d * x + down) * by, g.height, g.padding, g.alignCorners);
      if (g.nearest) takeNearest(g, source, px, py, to);
      else takeBetween(g, source, px, py, to);
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
    const high = f32x4.add(weighed(upper + floats(x0), w0), weighed(upper + floats(x1), w1));
    const low = f32x4.add(weighed(lower + floats(x0), w0), weighed(lower + floats(x1), w1));
    const v = f32x4.add(f32x4.mul(high, f32x4.splat(h0)), f32x4.mul(low, f32x4.splat(h1)));
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

/** Three floats times `weight`. */
// @ts-ignore: decorator
@inline
function weighed(from: usize, weight: f32): v128 {
  return f32x4.mul(v128.load32_lane(from, v128.load64_zero(from), 2, 8), f32x4.splat(weight));
}
