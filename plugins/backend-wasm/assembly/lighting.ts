import { expLanes } from "./exp";
import { floats, loadLanes, storeLanes } from "./lanes";
import { logLanes } from "./unary";

/** As int32 in this order. */
@unmanaged
class Lighting {
  images: i32;
  /** Floats of an image. */
  count: i32;
  channels: i32;
  x: usize;
  factors: usize;
  out: usize;
}

// @ts-ignore: decorator
@inline
function logit(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(0.9999999)), f32x4.splat(1e-7));
  return logLanes(f32x4.div(clamped, f32x4.sub(f32x4.splat(1), clamped)));
}

// @ts-ignore: decorator
@inline
function fraction(z: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, expLanes(f32x4.neg(z))));
}

/** What is mixed of red, green and blue, of a pixel in each lane. */
// @ts-ignore: decorator
@inline
function grey(red: v128, green: v128, blue: v128): v128 {
  const most = f32x4.add(f32x4.mul(red, f32x4.splat(0.2989)), f32x4.mul(green, f32x4.splat(0.587)));
  return f32x4.add(most, f32x4.mul(blue, f32x4.splat(0.114)));
}

/** Twelve floats, which with `mixes` are four pixels of three channels: at once, as each alone would wait for its logarithm. */
// @ts-ignore: decorator
@inline
function light(mixes: bool, from: usize, a: v128, b: v128, d: v128, to: usize): void {
  const x = logit(v128.load(from)), y = logit(v128.load(from, 16)), z = logit(v128.load(from, 32));
  let p = f32x4.add(f32x4.mul(x, a), d), q = f32x4.add(f32x4.mul(y, a), d), r = f32x4.add(f32x4.mul(z, a), d);
  if (mixes) {
    // rgbr gbrg brgb, by colour.
    const xy = v128.shuffle<f32>(x, y, 0, 3, 6, 6), yx = v128.shuffle<f32>(x, y, 1, 4, 7, 7), zx = v128.shuffle<f32>(x, y, 2, 5, 5, 5);
    const red = v128.shuffle<f32>(xy, z, 0, 1, 2, 5), green = v128.shuffle<f32>(yx, z, 0, 1, 2, 6), blue = v128.shuffle<f32>(zx, z, 0, 1, 4, 7);
    const more = f32x4.mul(grey(red, green, blue), b);
    p = f32x4.add(p, v128.shuffle<f32>(more, more, 0, 0, 0, 1));
    q = f32x4.add(q, v128.shuffle<f32>(more, more, 1, 1, 2, 2));
    r = f32x4.add(r, v128.shuffle<f32>(more, more, 2, 3, 3, 3));
  }
  v128.store(to, fraction(p));
  v128.store(to, fraction(q), 16);
  v128.store(to, fraction(r), 32);
}

/** Up to three floats: with `mixes`, a pixel. */
// @ts-ignore: decorator
@inline
function lightFew(mixes: bool, lanes: i32, from: usize, a: v128, b: v128, d: v128, to: usize): void {
  const z = logit(loadLanes(from, lanes));
  let made = f32x4.add(f32x4.mul(z, a), d);
  if (mixes) {
    const red = v128.shuffle<f32>(z, z, 0, 0, 0, 0), green = v128.shuffle<f32>(z, z, 1, 1, 1, 1), blue = v128.shuffle<f32>(z, z, 2, 2, 2, 2);
    made = f32x4.add(made, f32x4.mul(grey(red, green, blue), b));
  }
  storeLanes(to, fraction(made), lanes);
}

// @ts-ignore: decorator
@inline
function lightImage(mixes: bool, from: usize, count: i32, factors: usize, to: usize): void {
  const a = v128.load32_splat(factors), b = v128.load32_splat(factors, 4), d = v128.load32_splat(factors, 8);
  let i = 0;
  for (; i + 12 <= count; i += 12, from += 48, to += 48) light(mixes, from, a, b, d, to);
  for (; i < count; i += 3, from += 12, to += 12) lightFew(mixes, min(3, count - i), from, a, b, d, to);
}

/** All of one image. */
export function lightingTask(job: usize, image: i32, scratch: usize): void {
  const l = changetype<Lighting>(job);
  const factors = l.factors + floats(3 * image);
  const from = l.x + floats(image * l.count), to = l.out + floats(image * l.count);
  if (l.channels == 3 && load<f32>(factors, 4) != 0) lightImage(true, from, l.count, factors, to);
  else lightImage(false, from, l.count, factors, to);
}
