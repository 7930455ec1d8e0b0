import { Geometry } from "./geometry";
import { floats, loadLanes, storeLanes, zeroFloats } from "./lanes";

/**
 * Gradient of the input: every output's, divided by the pixels of a whole window, goes to those of its window that lie in the image. Where
 * a window sticks out, the forward kernel divides by fewer; tfjs's gradients do not, on any backend, and the numbers shall be the same.
 */
export function avgPoolGrad(shape: usize, dy: usize, dx: usize): void {
  const g = changetype<Geometry>(shape);
  const channels = g.inChannels;
  const imageFloats = g.inHeight * g.inWidth * channels;
  const share = f32x4.splat(1 / <f32>(g.filterHeight * g.filterWidth));
  zeroFloats(dx, g.batch * imageFloats);
  for (let n = 0; n < g.batch; n++, dx += floats(imageFloats)) {
    for (let y = 0; y < g.outHeight; y++) {
      const top = y * g.strideHeight - g.padTop;
      const firstRow = max(0, top);
      const endRow = min(g.inHeight, top + g.filterHeight);
      for (let x = 0; x < g.outWidth; x++, dy += floats(channels)) {
        const left = x * g.strideWidth - g.padLeft;
        const firstColumn = max(0, left);
        const endColumn = min(g.inWidth, left + g.filterWidth);
        for (let row = firstRow; row < endRow; row++) {
          for (let column = firstColumn; column < endColumn; column++) {
            addShare(dx + floats((row * g.inWidth + column) * channels), dy, share, channels);
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addShare(to: usize, from: usize, share: v128, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), share)));
  const lanes = count - i;
  if (lanes > 0) storeLanes(to, f32x4.add(loadLanes(to, lanes), f32x4.mul(loadLanes(from, lanes), share)), lanes);
}
