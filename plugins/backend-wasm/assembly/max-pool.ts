import { Geometry } from "./geometry";
import { floats, loadLanes, zeroFloats } from "./lanes";

/** Offsets in bytes, relative to `image` and for each of up to 4 channels, of the first largest pixel of the window at (`top`, `left`). */
// @ts-ignore: decorator
@inline
function largest(g: Geometry, image: usize, top: i32, left: i32, lanes: i32): v128 {
  let best = f32x4.splat(-Infinity);
  let offsets = i32x4.splat(-1);
  for (let a = 0; a < g.filterHeight; a++) {
    const row = top + a * g.dilationHeight;
    if (<u32>row >= <u32>g.inHeight) continue;
    for (let b = 0; b < g.filterWidth; b++) {
      const column = left + b * g.dilationWidth;
      if (<u32>column >= <u32>g.inWidth) continue;
      const offset = ((row * g.inWidth + column) * g.inChannels) << 2;
      const pixel = loadLanes(image + <usize>offset, lanes);
      const larger = f32x4.gt(pixel, best);
      best = v128.bitselect(pixel, best, larger);
      offsets = v128.bitselect(i32x4.splat(offset), offsets, larger);
    }
  }
  return offsets;
}

// @ts-ignore: decorator
@inline
function addAt(image: usize, offset: i32, value: f32): void {
  if (offset >= 0) store<f32>(image + <usize>offset, load<f32>(image + <usize>offset) + value);
}

/** Gradient of the input: every output's goes to the first largest pixel of its window. */
export function maxPoolGrad(shape: usize, x: usize, dy: usize, dx: usize): void {
  const g = changetype<Geometry>(shape);
  const imageFloats = g.inHeight * g.inWidth * g.inChannels;
  zeroFloats(dx, g.batch * imageFloats);
  for (let n = 0; n < g.batch; n++, x += floats(imageFloats), dx += floats(imageFloats)) {
    for (let pixel = 0; pixel < g.outHeight * g.outWidth; pixel++) {
      const top = (pixel / g.outWidth) * g.strideHeight - g.padTop;
      const left = (pixel % g.outWidth) * g.strideWidth - g.padLeft;
      for (let c = 0; c < g.inChannels; c += 4) {
        const lanes = min(4, g.inChannels - c);
        const offsets = largest(g, x + floats(c), top, left, lanes);
        const to = dx + floats(c);
        const v = loadLanes(dy, lanes);
        dy += floats(lanes);
        addAt(to, i32x4.extract_lane(offsets, 0), f32x4.extract_lane(v, 0));
        if (lanes > 1) addAt(to + 4, i32x4.extract_lane(offsets, 1), f32x4.extract_lane(v, 1));
        if (lanes > 2) addAt(to + 8, i32x4.extract_lane(offsets, 2), f32x4.extract_lane(v, 2));
        if (lanes > 3) addAt(to + 12, i32x4.extract_lane(offsets, 3), f32x4.extract_lane(v, 3));
      }
    }
  }
}
