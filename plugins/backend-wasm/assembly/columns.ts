import { Geometry } from "./geometry";
import { addFloats, floats } from "./lanes";

// The gradient by the patches of an image: a row for every output pixel `(image, y, x)`, holding that of the patch under the filter there,
// `[filterHeight, filterWidth, inChannels]`. Only a chunk of rows exists at a time.

/** A quarter megabyte of columns stays in the second level cache. */
const CHUNK_FLOATS: i32 = 65536;
/** Fewer rows would make every chunk pass over the whole filter for little work. */
const CHUNK_ROWS: i32 = 288;

/** Output pixels whose patches, of `patch` floats each, are laid out at a time. */
export function chunkRows(patch: i32): i32 {
  return max(CHUNK_ROWS, (CHUNK_FLOATS / max(patch, 1) / CHUNK_ROWS) * CHUNK_ROWS);
}

/** Adds the patches of output pixels `first` to `last` (exclusive) to the image. */
export function addColumnsToImage(g: Geometry, image: usize, first: i32, last: i32, from: usize): void {
  const line = floats(g.filterWidth * g.inChannels);
  const rowBytes = floats(g.inWidth * g.inChannels);
  let x = first % g.outWidth;
  let y = (first / g.outWidth) % g.outHeight;
  let n = first / (g.outWidth * g.outHeight);
  for (let r = first; r < last; r++) {
    const left = x * g.strideWidth - g.padLeft;
    for (let a = 0; a < g.filterHeight; a++, from += line) {
      const row = y * g.strideHeight + a * g.dilationHeight - g.padTop;
      if (<u32>row < <u32>g.inHeight) addLine(g, image + <usize>(n * g.inHeight + row) * rowBytes, left, from);
    }
    if (++x < g.outWidth) continue;
    x = 0;
    if (++y < g.outHeight) continue;
    y = 0;
    n++;
  }
}

function addLine(g: Geometry, to: usize, left: i32, from: usize): void {
  const whole = g.dilationWidth == 1 && left >= 0 && left + g.filterWidth <= g.inWidth;
  if (whole) return addFloats(to + floats(left * g.inChannels), from, g.filterWidth * g.inChannels);
  const pixel = floats(g.inChannels);
  for (let b = 0, column = left; b < g.filterWidth; b++, column += g.dilationWidth, from += pixel) {
    if (<u32>column < <u32>g.inWidth) addFloats(to + <usize>column * pixel, from, g.inChannels);
  }
}
