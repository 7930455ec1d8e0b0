import { MOST_DEPTH } from "./gemm";
import { Geometry } from "./geometry";
import { copyFloats, floats, zeroFloats } from "./lanes";

// What of an image lies under the filter while it moves along one row of the output: `[filterHeight, width, inChannels]`, padding included.
// From these lines every patch can be read without a look at the borders, and they repeat a pixel only down the filter, not across it.

/** A quarter megabyte of lines stays in the second level cache. */
const CHUNK_FLOATS: i32 = 65536;
/** Output pixels that make it cheap to pass over the filter for every chunk. */
const CHUNK_PIXELS: i32 = 288;

/** Floats of one line. */
// @ts-ignore: decorator
@inline
export function lineFloats(g: Geometry): i32 {
  return ((g.outWidth - 1) * g.strideWidth + (g.filterWidth - 1) * g.dilationWidth + 1) * g.inChannels;
}

/** Rows of the output whose lines are laid out at a time. `rowFloats`: those of one. */
export function rowsAtATime(width: i32, rowFloats: i32): i32 {
  return max((CHUNK_PIXELS + width - 1) / max(width, 1), CHUNK_FLOATS / max(rowFloats, 1));
}

/** Rows of the output whose pixels make a block of the depth of a filter gradient, or one row: blocks do not go from one to the next. */
export function blockRows(width: i32): i32 {
  return max(1, MOST_DEPTH / max(width, 1));
}

/** The most floats of lines at a time. */
export function mostLineFloats(width: i32, rowFloats: i32): i64 {
  return max(<i64>CHUNK_FLOATS, <i64>max(blockRows(width), rowsAtATime(width, rowFloats)) * <i64>rowFloats);
}

/** Writes the lines of output rows `first` to `last` (exclusive), which count through all images. */
export function layLines(g: Geometry, image: usize, first: i32, last: i32, to: usize): void {
  const line = lineFloats(g);
  const imageRow = g.inWidth * g.inChannels;
  const before = g.padLeft * g.inChannels;
  // The part of a line that lies in the image.
  const begin = min(line, max(0, before));
  const end = max(begin, min(line, before + imageRow));
  for (let r = first; r < last; r++) {
    const n = r / g.outHeight;
    const top = (r % g.outHeight) * g.strideHeight - g.padTop;
    for (let a = 0; a < g.filterHeight; a++, to += floats(line)) {
      const row = top + a * g.dilationHeight;
      if (<u32>row >= <u32>g.inHeight) {
        zeroFloats(to, line);
        continue;
      }
      for (let i = 0; i < begin; i++) store<f32>(to + floats(i), 0);
      copyFloats(to + floats(begin), image + floats((n * g.inHeight + row) * imageRow + begin - before), end - begin);
      for (let i = end; i < line; i++) store<f32>(to + floats(i), 0);
    }
  }
}
