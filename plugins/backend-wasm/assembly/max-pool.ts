import { Geometry } from "./geometry";
import { floats, loadLanes, zeroFloats } from "./lanes";

/** First step of a window, from `start` by `step`, that lies inside. */
// @ts-ignore: decorator
@inline
function firstInside(start: i32, step: i32): i32 {
  return start >= 0 ? 0 : (step - 1 - start) / step;
}

/** One past the last such step. */
// @ts-ignore: decorator
@inline
function endInside(start: i32, step: i32, count: i32, length: i32): i32 {
  return start >= length ? 0 : min(count, (length - 1 - start) / step + 1);
}

/** Offsets in bytes, relative to `image` and for each of up to 4 channels, of the first largest of `rows` x `columns` pixels; −1 for none. */
// @ts-ignore: decorator
@inline
function largest(image: usize, first: i32, rows: i32, rowStep: i32, columns: i32, columnStep: i32, lanes: i32): v128 {
  let best = f32x4.splat(-Infinity);
  let offsets = i32x4.splat(-1);
  for (; rows > 0; rows--, first += rowStep) {
    for (let column = 0, offset = first; column < columns; column++, offset += columnStep) {
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
  const pixelBytes = g.inChannels << 2;
  const columnStep = g.dilationWidth * pixelBytes;
  const rowStep = g.dilationHeight * g.inWidth * pixelBytes;
  zeroFloats(dx, g.batch * imageFloats);
  for (let n = 0; n < g.batch; n++, x += floats(imageFloats), dx += floats(imageFloats)) {
    for (let pixel = 0; pixel < g.outHeight * g.outWidth; pixel++) {
      const top = (pixel / g.outWidth) * g.strideHeight - g.padTop;
      const left = (pixel % g.outWidth) * g.strideWidth - g.padLeft;
      const row = firstInside(top, g.dilationHeight);
      const column = firstInside(left, g.dilationWidth);
      const rows = endInside(top, g.dilationHeight, g.filterHeight, g.inHeight) - row;
      const columns = endInside(left, g.dilationWidth, g.filterWidth, g.inWidth) - column;
      const first = ((top + row * g.dilationHeight) * g.inWidth + left + column * g.dilationWidth) * pixelBytes;
      for (let c = 0; c < g.inChannels; c += 4) {
        const lanes = min(4, g.inChannels - c);
        const from = x + floats(c);
        const offsets = lanes == 4
          ? largest(from, first, rows, rowStep, columns, columnStep, 4)
          : largest(from, first, rows, rowStep, columns, columnStep, lanes);
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
