import { Geometry } from "./geometry";
import { floats, loadLanes, storeLanes } from "./lanes";

/** Mean of the pixels of every window that lie in the image. */
export function avgPool(shape: usize, x: usize, y: usize): void {
  const g = changetype<Geometry>(shape);
  const channels = g.inChannels;
  for (let n = 0; n < g.batch; n++, x += floats(g.inHeight * g.inWidth * channels)) {
    for (let pixel = 0; pixel < g.outHeight * g.outWidth; pixel++, y += floats(channels)) {
      const top = (pixel / g.outWidth) * g.strideHeight - g.padTop;
      const left = (pixel % g.outWidth) * g.strideWidth - g.padLeft;
      meanOf(g, x, y, max(0, top), min(g.inHeight, top + g.filterHeight), max(0, left), min(g.inWidth, left + g.filterWidth));
    }
  }
}

// @ts-ignore: decorator
@inline
function meanOf(g: Geometry, image: usize, y: usize, top: i32, bottom: i32, left: i32, right: i32): void {
  const count = f32x4.splat(<f32>((bottom - top) * (right - left)));
  for (let c = 0; c < g.inChannels; c += 4) {
    const lanes = min(4, g.inChannels - c);
    let sum = f32x4.splat(0);
    for (let row = top; row < bottom; row++) {
      let p = image + floats((row * g.inWidth + left) * g.inChannels + c);
      for (let column = left; column < right; column++, p += floats(g.inChannels)) sum = f32x4.add(sum, loadLanes(p, lanes));
    }
    storeLanes(y + floats(c), f32x4.div(sum, count), lanes);
  }
}
