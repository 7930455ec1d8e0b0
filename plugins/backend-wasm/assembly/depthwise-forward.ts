import { Geometry } from "./geometry";
import { endInside, firstInside } from "./depthwise";
import { floats, loadLanes, mulAdd, storeLanes } from "./lanes";

// The depthwise convolution: filter `[height, width, inChannels, multiplier]`, output channel `channel * multiplier + m`.

/** The taps of a filter that fall inside the image at one output pixel: the first of them, how many there are, and the step to the next. */
@unmanaged
class Taps {
  height: i32;
  width: i32;
  x: usize;
  xRow: usize;
  xColumn: usize;
  filter: usize;
  filterRow: usize;
  filterColumn: usize;
}

/** One pixel with as many output channels as input channels, eight at a time. */
function pixel(taps: Taps, channels: i32, y: usize): void {
  let c = 0;
  for (; c + 8 <= channels; c += 8) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    for (let a = 0; a < taps.height; a++) {
      let x = taps.x + <usize>a * taps.xRow + floats(c);
      let f = taps.filter + <usize>a * taps.filterRow + floats(c);
      for (let b = 0; b < taps.width; b++, x += taps.xColumn, f += taps.filterColumn) {
        low = mulAdd(v128.load(x), v128.load(f), low);
        high = mulAdd(v128.load(x, 16), v128.load(f, 16), high);
      }
    }
    v128.store(y + floats(c), low);
    v128.store(y + floats(c), high, 16);
  }
  for (; c < channels; c += 4) {
    const lanes = min(4, channels - c);
    let sum = f32x4.splat(0);
    for (let a = 0; a < taps.height; a++) {
      let x = taps.x + <usize>a * taps.xRow + floats(c);
      let f = taps.filter + <usize>a * taps.filterRow + floats(c);
      for (let b = 0; b < taps.width; b++, x += taps.xColumn, f += taps.filterColumn) {
        sum = mulAdd(loadLanes(x, lanes), loadLanes(f, lanes), sum);
      }
    }
    storeLanes(y + floats(c), sum, lanes);
  }
}

/** One pixel with `multiplier` output channels for every input channel, four at a time. */
function multipliedPixel(taps: Taps, channels: i32, multiplier: i32, y: usize): void {
  for (let c = 0; c < channels; c++) {
    for (let m = 0; m < multiplier; m += 4) {
      const lanes = min(4, multiplier - m);
      const d = floats(c * multiplier + m);
      let sum = f32x4.splat(0);
      for (let a = 0; a < taps.height; a++) {
        let x = taps.x + <usize>a * taps.xRow + floats(c);
        let f = taps.filter + <usize>a * taps.filterRow + d;
        for (let b = 0; b < taps.width; b++, x += taps.xColumn, f += taps.filterColumn) {
          sum = mulAdd(v128.load32_splat(x), loadLanes(f, lanes), sum);
        }
      }
      storeLanes(y + d, sum, lanes);
    }
  }
}

/** `x` `[batch, inHeight, inWidth, inChannels]` to `y` `[batch, outHeight, outWidth, outChannels]`; `scratch` takes a `Taps`, 64 bytes. */
export function depthwiseForward(shape: usize, x: usize, filter: usize, y: usize, scratch: usize): void {
  const g = changetype<Geometry>(shape);
  const taps = changetype<Taps>(scratch);
  const multiplier = g.outChannels / g.inChannels;
  const columnBytes = floats(g.inChannels);
  taps.xRow = <usize>(g.dilationHeight * g.inWidth) * columnBytes;
  taps.xColumn = <usize>g.dilationWidth * columnBytes;
  taps.filterColumn = floats(g.outChannels);
  taps.filterRow = <usize>g.filterWidth * taps.filterColumn;
  for (let line = 0; line < g.batch * g.outHeight; line++) {
    const image = x + <usize>((line / g.outHeight) * g.inHeight * g.inWidth) * columnBytes;
    const top = (line % g.outHeight) * g.strideHeight - g.padTop;
    const a = firstInside(top, g.dilationHeight);
    taps.height = endInside(top, g.dilationHeight, g.inHeight, g.filterHeight) - a;
    for (let i = 0; i < g.outWidth; i++, y += taps.filterColumn) {
      const left = i * g.strideWidth - g.padLeft;
      const b = firstInside(left, g.dilationWidth);
      taps.width = endInside(left, g.dilationWidth, g.inWidth, g.filterWidth) - b;
      taps.x = image + <usize>((top + a * g.dilationHeight) * g.inWidth + left + b * g.dilationWidth) * columnBytes;
      taps.filter = filter + <usize>(a * g.filterWidth + b) * taps.filterColumn;
      if (multiplier == 1) pixel(taps, g.inChannels, y);
      else multipliedPixel(taps, g.inChannels, multiplier, y);
    }
  }
}
