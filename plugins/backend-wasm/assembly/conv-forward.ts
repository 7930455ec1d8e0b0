import { chunkIn, ConvJob, geometryOf, isPointwise, patchOf, tableIn } from "./conv-job";
import { COLUMN_BLOCK, depthBlock, gemm, leftBlock, multiplyBlocks, ROW_BLOCK, spareTile } from "./gemm";
import { floats, zeroFloats } from "./lanes";
import { layLines, lineFloats, rowsAtATime } from "./lines";
import { packRight } from "./pack";
import { locatePatches, packPatches } from "./patches";

/** `out = left * right`, image and filter; a task is a run of output pixels. */
export function convForwardTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<ConvJob>(job);
  const g = geometryOf(job);
  const patch = patchOf(g);
  const co = g.outChannels;
  const width = g.outWidth;
  const first = task * j.perTask;
  const last = min(g.batch * g.outHeight * width, first + j.perTask);
  if (isPointwise(g)) {
    return gemm(last - first, co, patch, j.left + floats(first * patch), patch, false, j.right, co, false, j.out + floats(first * co), co, false, scratch);
  }
  if (patch == 0) return zeroFloats(j.out + floats(first * co), (last - first) * co);
  const lines = chunkIn(scratch);
  const chunk = rowsAtATime(width, g.filterHeight * lineFloats(g));
  const most = depthBlock(patch);
  // Whether the whole filter is one block, packed once.
  const once = patch <= most && co <= COLUMN_BLOCK;
  for (let row = first / width; row * width < last; row += chunk) {
    const endRow = min((last + width - 1) / width, row + chunk);
    const begin = max(first, row * width);
    const end = min(last, endRow * width);
    layLines(g, j.left, row, endRow, lines);
    for (let k = 0; k < patch; k += most) {
      const depth = min(most, patch - k);
      for (let c = 0; c < co; c += COLUMN_BLOCK) {
        const columns = min(COLUMN_BLOCK, co - c);
        if (!once || begin == first) packRight(j.right + floats(k * co + c), floats(co), 4, depth, columns, scratch);
        for (let i = begin; i < end; i += ROW_BLOCK) {
          const rows = min(ROW_BLOCK, end - i);
          locatePatches(g, lines, i - row * width, rows, tableIn(scratch));
          packPatches(g, tableIn(scratch), rows, k, k + depth, leftBlock(scratch));
          multiplyBlocks(rows, columns, depth, leftBlock(scratch), scratch, spareTile(scratch), j.out + floats(i * co + c), floats(co), k > 0);
        }
      }
    }
  }
}
