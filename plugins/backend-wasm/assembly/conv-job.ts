import { MOST_DEPTH, packBytes } from "./gemm";
import { Geometry } from "./geometry";
import { chunkRows } from "./columns";
import { floats } from "./lanes";
import { mostLineFloats } from "./lines";
import { tableBytes } from "./patches";

// Convolutions, NHWC and HWIO, as matrix products. Tasks share no output, and each output is summed up in the same order whatever the
// tasks are, so that the number of threads does not show in the numbers. `scratch`: `convScratchBytes()` of the thread.

/** A convolution cut into tasks: int32 in this order, behind it a geometry. */
@unmanaged
export class ConvJob {
  /** The two operands. */
  left: usize;
  right: usize;
  out: usize;
  /** Output pixels, images, or lines of the filter in a task. */
  perTask: i32;
}

const HEADER_BYTES: usize = 16;
/** To whole vectors. */
export const GEOMETRY_BYTES: usize = 64;
/** Behind lines and columns, which are read and written by vectors. */
const SLACK_BYTES: usize = 16;

// @ts-ignore: decorator
@inline
export function geometryOf(job: usize): Geometry {
  return changetype<Geometry>(job + HEADER_BYTES);
}

/**
 * Bytes of scratch memory: packed panels, a geometry, a table of patches, and a chunk of lines or of columns. `patch`: floats under the filter; `pixels`: of
 * the output, `width` in a row, whose lines have `rowFloats`.
 */
export function convScratchBytes(patch: i32, pixels: i32, width: i32, rowFloats: i32): usize {
  const columns = min(<i64>chunkRows(patch), <i64>pixels) * <i64>patch;
  const lines = min(mostLineFloats(width, rowFloats), <i64>(pixels / max(width, 1)) * <i64>rowFloats);
  return packBytes() + GEOMETRY_BYTES + tableBytes(MOST_DEPTH) + (<usize>max(columns, lines) << 2) + SLACK_BYTES;
}

/** Where in the scratch memory the table of patches lies. */
// @ts-ignore: decorator
@inline
export function tableIn(scratch: usize): usize {
  return scratch + packBytes() + GEOMETRY_BYTES;
}

/** Where in it the chunk lies. */
// @ts-ignore: decorator
@inline
export function chunkIn(scratch: usize): usize {
  return tableIn(scratch) + tableBytes(MOST_DEPTH);
}

/** Whether the image already is the matrix of its patches. */
export function isPointwise(g: Geometry): bool {
  const small = g.filterHeight == 1 && g.filterWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1;
  return small && g.padTop == 0 && g.padLeft == 0 && g.outHeight == g.inHeight && g.outWidth == g.inWidth;
}

// @ts-ignore: decorator
@inline
export function patchOf(g: Geometry): i32 {
  return g.filterHeight * g.filterWidth * g.inChannels;
}
