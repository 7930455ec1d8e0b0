import { floats } from "./lanes";

// Winograd's way where every image is 2x2 pixels with padding all around. The outer pixels of its one tile are zeros, so that along an axis
// the outputs g1·d0 + g2·d1 and g0·d0 + g1·d1 are p0 + p1 and p0 + p2 of three products: p0 = g1·(d0 + d1), p1 = (g2 − g1)·d1 and
// p2 = (g0 − g1)·d0. A tile has 3x3 components.

// @ts-ignore: decorator
@inline
function putThree(to: usize, step: usize, sum: v128, second: v128, third: v128): void {
  v128.store(to, sum);
  v128.store(to + step, second);
  v128.store(to + 2 * step, third);
}

/** One image to its components: the sum of two pixels, then the later and the earlier one, or for a gradient these the other way round. */
export function loneTile(image: usize, channels: i32, gradient: bool, to: usize, step: usize): void {
  const pixel = floats(channels);
  for (const end = to + pixel; to < end; to += 16, image += 16) {
    const a = v128.load(image), b = v128.load(image + pixel), c = v128.load(image + 2 * pixel), d = v128.load(image + 3 * pixel);
    const left = f32x4.add(a, c), right = f32x4.add(b, d);
    const second = gradient ? to + 3 * step : to + 6 * step, third = gradient ? to + 6 * step : to + 3 * step;
    putThree(to, step, f32x4.add(left, right), gradient ? left : right, gradient ? right : left);
    putThree(second, step, f32x4.add(a, b), gradient ? a : b, gradient ? b : a);
    putThree(third, step, f32x4.add(c, d), gradient ? c : d, gradient ? d : c);
  }
}

/** The products of one image to its pixels. */
export function loneOutput(from: usize, step: usize, channels: i32, image: usize): void {
  const pixel = floats(channels);
  for (const end = image + pixel; image < end; image += 16, from += 16) {
    const a0 = v128.load(from), a1 = v128.load(from + step), a2 = v128.load(from + 2 * step);
    const t0 = f32x4.add(a0, v128.load(from + 3 * step)), b0 = f32x4.add(a0, v128.load(from + 6 * step));
    const t1 = f32x4.add(a1, v128.load(from + 4 * step)), b1 = f32x4.add(a1, v128.load(from + 7 * step));
    const t2 = f32x4.add(a2, v128.load(from + 5 * step)), b2 = f32x4.add(a2, v128.load(from + 8 * step));
    v128.store(image, f32x4.add(t0, t1));
    v128.store(image + pixel, f32x4.add(t0, t2));
    v128.store(image + 2 * pixel, f32x4.add(b0, b1));
    v128.store(image + 3 * pixel, f32x4.add(b0, b2));
  }
}

/** Three numbers of a filter to those of the products. */
// @ts-ignore: decorator
@inline
export function expandLone(to: usize, step: usize, a: v128, b: v128, c: v128): void {
  putThree(to, step, b, f32x4.sub(c, b), f32x4.sub(a, b));
}

/** Back, for the gradient. */
// @ts-ignore: decorator
@inline
export function foldLone(to: usize, step: usize, a: v128, b: v128, c: v128): void {
  putThree(to, step, c, f32x4.sub(f32x4.sub(a, b), c), b);
}
