import { chunkIn, ConvJob, GEOMETRY_BYTES, geometryOf, isPointwise, patchOf, tableIn } from "./conv-job";
import { COLUMN_BLOCK, depthBlock, gemm, leftBlock, multiplyBlocks, packBytes, ROW_BLOCK, spareTile } from "./gemm";
import { Geometry } from "./geometry";
import { floats, zeroFloats } from "./lanes";
import { blockRows, layLines, lineFloats, rowsAtATime } from "./lines";
import { packRight } from "./pack";
import { locatePatches, packTaps } from "./patches";

/** Gradient of the filter from image and output gradient; a task is a run of lines (`perTask > 0`) or of single taps (`perTask < 0`). */
export function convFilterGradTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<ConvJob>(job);
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
  filterGrad(g, j.left, j.right, to, scratch);
}

function filterGrad(g: Geometry, x: usize, dy: usize, out: usize, scratch: usize): void {
  const patch = patchOf(g);
  const co = g.outChannels;
  const width = g.outWidth;
  const allRows = g.batch * g.outHeight;
  if (allRows * width == 0) return zeroFloats(out, patch * co);
  const pointwise = isPointwise(g);
  const lines = chunkIn(scratch);
  const some = blockRows(width);
  const block = some * width;
  const most = depthBlock(block);
  const chunk = max(some, rowsAtATime(width, g.filterHeight * lineFloats(g)) / some * some);
  for (let row = 0; row < allRows; row += chunk) {
    const endRow = min(allRows, row + chunk);
    if (!pointwise) layLines(g, x, row, endRow, lines);
    const pixels = (endRow - row) * width;
    for (let k = 0, end = 0; k < pixels; k = end) {
      end = min(pixels, min(k + most, (k / block + 1) * block));
      const depth = end - k;
      const first = row * width + k;
      if (pointwise) {
        gemm(patch, co, depth, x + floats(first * patch), patch, true, dy + floats(first * co), co, false, out, co, first > 0, scratch);
        continue;
      }
      locatePatches(g, lines, k, depth, tableIn(scratch));
      for (let c = 0; c < co; c += COLUMN_BLOCK) {
        const columns = min(COLUMN_BLOCK, co - c);
        packRight(dy + floats(first * co + c), floats(co), 4, depth, columns, scratch);
        for (let i = 0; i < patch; i += ROW_BLOCK) {
          const rows = min(ROW_BLOCK, patch - i);
          packTaps(g, tableIn(scratch), depth, i, rows, leftBlock(scratch));
          multiplyBlocks(rows, columns, depth, leftBlock(scratch), scratch, spareTile(scratch), out + floats(i * co + c), floats(co), first > 0);
        }
      }
    }
  }
}
