import { addColumnsToImage, chunkRows, imageToColumns } from "./columns";
import { gemm } from "./gemm";
import { Geometry } from "./geometry";
import { floats, zeroFloats } from "./lanes";

// Convolutions, NHWC and HWIO, as matrix products over chunks of columns. `columns`: `columnBytes(patch, pixels)` bytes, `scratch`: `packBytes()`.

/** Bytes of a chunk of columns for `pixels` patches of `patch` floats, with slack for one vector behind it. */
export function columnBytes(patch: i32, pixels: i32): usize {
  return floats(min(chunkRows(patch), pixels) * patch) + 16;
}

/** Whether the image already is its matrix of columns. */
function isPointwise(g: Geometry): bool {
  const small = g.filterHeight == 1 && g.filterWidth == 1 && g.strideHeight == 1 && g.strideWidth == 1;
  return small && g.padTop == 0 && g.padLeft == 0 && g.outHeight == g.inHeight && g.outWidth == g.inWidth;
}

function patchOf(g: Geometry): i32 {
  return g.filterHeight * g.filterWidth * g.inChannels;
}

function pixelsOf(g: Geometry): i32 {
  return g.batch * g.outHeight * g.outWidth;
}

/** `y = x * filter`. */
export function convForward(shape: usize, x: usize, filter: usize, y: usize, columns: usize, scratch: usize): void {
  const g = changetype<Geometry>(shape);
  const patch = patchOf(g);
  const pixels = pixelsOf(g);
  const co = g.outChannels;
  if (isPointwise(g)) return gemm(pixels, co, patch, x, patch, false, filter, co, false, y, co, false, scratch);
  const chunk = chunkRows(patch);
  for (let r = 0; r < pixels; r += chunk) {
    const end = min(pixels, r + chunk);
    imageToColumns(g, x, r, end, columns);
    gemm(end - r, co, patch, columns, patch, false, filter, co, false, y + floats(r * co), co, false, scratch);
  }
}

/** Gradient of the filter. */
export function convFilterGrad(shape: usize, x: usize, dy: usize, dFilter: usize, columns: usize, scratch: usize): void {
  const g = changetype<Geometry>(shape);
  const patch = patchOf(g);
  const pixels = pixelsOf(g);
  const co = g.outChannels;
  if (isPointwise(g) || pixels == 0) return gemm(patch, co, pixels, x, patch, true, dy, co, false, dFilter, co, false, scratch);
  const chunk = chunkRows(patch);
  for (let r = 0; r < pixels; r += chunk) {
    const end = min(pixels, r + chunk);
    imageToColumns(g, x, r, end, columns);
    gemm(patch, co, end - r, columns, patch, true, dy + floats(r * co), co, false, dFilter, co, r > 0, scratch);
  }
}

/** Gradient of the input. */
export function convInputGrad(shape: usize, dy: usize, filter: usize, dx: usize, columns: usize, scratch: usize): void {
  const g = changetype<Geometry>(shape);
  const patch = patchOf(g);
  const pixels = pixelsOf(g);
  const co = g.outChannels;
  if (isPointwise(g)) return gemm(pixels, patch, co, dy, co, false, filter, co, true, dx, patch, false, scratch);
  zeroFloats(dx, g.batch * g.inHeight * g.inWidth * g.inChannels);
  const chunk = chunkRows(patch);
  for (let r = 0; r < pixels; r += chunk) {
    const end = min(pixels, r + chunk);
    gemm(end - r, patch, co, dy + floats(r * co), co, false, filter, co, true, columns, patch, false, scratch);
    addColumnsToImage(g, dx, r, end, columns);
  }
}
