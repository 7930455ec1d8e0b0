import { addColumnsToImage, CHUNK_FLOATS, chunkRows, imageToColumns } from "./columns";
import { gemm, packBytes } from "./gemm";
import { Geometry } from "./geometry";
import { floats, zeroFloats } from "./lanes";

// Convolutions, NHWC and HWIO, as matrix products over chunks of columns. Tasks share no output, and each output is summed up in the same
// order whatever the tasks are, so that the number of threads does not show in the numbers. `scratch`: `convScratchBytes()` of the thread.

/** A convolution cut into tasks: int32 in this order, behind it a geometry. */
@unmanaged
class Job {
  /** The two operands. */
  left: usize;
  right: usize;
  out: usize;
  /** Output pixels, images, or lines of the filter in a task. */
  perTask: i32;
}

const HEADER_BYTES: usize = 16;
const GEOMETRY_BYTES: usize = 60;

// @ts-ignore: decorator
@inline
function geometryOf(job: usize): Geometry {
  return changetype<Geometry>(job + HEADER_BYTES);
}

/** Bytes of scratch memory for `pixels` patches of `patch` floats: packed panels, a geometry, a chunk of columns with slack for a vector. */
export function convScratchBytes(patch: i32, pixels: i32): usize {
  // A part of a filter has smaller patches, but more of them in a chunk.
  const columns = max(chunkRows(patch) * patch, CHUNK_FLOATS);
  return packBytes() + GEOMETRY_BYTES + 4 + floats(<i32>min(<i64>columns, <i64>pixels * <i64>patch)) + 16;
}

// @ts-ignore: decorator
@inline
function columnsIn(scratch: usize): usize {
  return scratch + packBytes() + GEOMETRY_BYTES + 4;
}

/** Whether the image already is its matrix of columns. */
function isPointwise(g: Geometry): bool {
  const small = g.filterHeight == 1 && g.filterWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1;
  return small && g.padTop == 0 && g.padLeft == 0 && g.outHeight == g.inHeight && g.outWidth == g.inWidth;
}

// @ts-ignore: decorator
@inline
function patchOf(g: Geometry): i32 {
  return g.filterHeight * g.filterWidth * g.inChannels;
}

/** `out = left * right`, image and filter; a task is a run of output pixels. */
export function convForwardTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<Job>(job);
  const g = geometryOf(job);
  const patch = patchOf(g);
  const co = g.outChannels;
  const pixels = g.batch * g.outHeight * g.outWidth;
  const first = task * j.perTask;
  const last = min(pixels, first + j.perTask);
  const y = j.out;
  if (isPointwise(g)) {
    return gemm(last - first, co, patch, j.left + floats(first * patch), patch, false, j.right, co, false, y + floats(first * co), co, false, scratch);
  }
  const chunk = chunkRows(patch);
  const columns = columnsIn(scratch);
  for (let r = first; r < last; r += chunk) {
    const end = min(last, r + chunk);
    imageToColumns(g, j.left, r, end, columns);
    gemm(end - r, co, patch, columns, patch, false, j.right, co, false, y + floats(r * co), co, false, scratch);
  }
}

/** Gradient of the filter from image and output gradient; a task is a run of lines (`perTask > 0`) or of single taps (`perTask < 0`). */
export function convFilterGradTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<Job>(job);
  const whole = geometryOf(job);
  const part = scratch + packBytes();
  memory.copy(part, changetype<usize>(whole), GEOMETRY_BYTES);
  const g = changetype<Geometry>(part);
  // A part of a filter is a filter too, of an image that begins elsewhere.
  const row = j.perTask > 0 ? task * j.perTask : task / whole.filterWidth;
  const column = j.perTask > 0 ? 0 : task % whole.filterWidth;
  g.filterHeight = j.perTask > 0 ? min(j.perTask, whole.filterHeight - row) : 1;
  g.filterWidth = j.perTask > 0 ? whole.filterWidth : 1;
  g.padTop = whole.padTop - row * whole.dilationHeight;
  g.padLeft = whole.padLeft - column * whole.dilationWidth;
  const to = j.out + floats((row * whole.filterWidth + column) * g.inChannels * g.outChannels);
  filterGrad(g, j.left, j.right, to, columnsIn(scratch), scratch);
}

function filterGrad(g: Geometry, x: usize, dy: usize, out: usize, columns: usize, scratch: usize): void {
  const patch = patchOf(g);
  const co = g.outChannels;
  const pixels = g.batch * g.outHeight * g.outWidth;
  if (pixels == 0) return zeroFloats(out, patch * co);
  const chunk = chunkRows(patch);
  const pointwise = isPointwise(g);
  for (let r = 0; r < pixels; r += chunk) {
    const end = min(pixels, r + chunk);
    if (!pointwise) imageToColumns(g, x, r, end, columns);
    const from = pointwise ? x + floats(r * patch) : columns;
    gemm(patch, co, end - r, from, patch, true, dy + floats(r * co), co, false, out, co, r > 0, scratch);
  }
}

/** Gradient of the image from output gradient and filter; a task is a run of images. */
export function convInputGradTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<Job>(job);
  const g = geometryOf(job);
  const patch = patchOf(g);
  const co = g.outChannels;
  const first = task * j.perTask * g.outHeight * g.outWidth;
  const last = min(g.batch, (task + 1) * j.perTask) * g.outHeight * g.outWidth;
  if (isPointwise(g)) {
    return gemm(last - first, patch, co, j.left + floats(first * co), co, false, j.right, co, true, j.out + floats(first * patch), patch, false, scratch);
  }
  const imageFloats = g.inHeight * g.inWidth * g.inChannels;
  zeroFloats(j.out + floats(task * j.perTask * imageFloats), (min(g.batch, (task + 1) * j.perTask) - task * j.perTask) * imageFloats);
  const chunk = chunkRows(patch);
  const columns = columnsIn(scratch);
  for (let r = first; r < last; r += chunk) {
    const end = min(last, r + chunk);
    gemm(end - r, patch, co, j.left + floats(r * co), co, false, j.right, co, true, columns, patch, false, scratch);
    addColumnsToImage(g, j.out, r, end, columns);
  }
}
