import { depthBlock, LEFT_BYTES, multiplyBlocks, ROW_BLOCK } from "./gemm";
import { floats } from "./lanes";
import { MR, NR, packLeft, packRight } from "./pack";

// A product whose right side stays the same over many calls, as recurrent weights do over the steps: for a few rows, packing would cost
// as much as multiplying.

/** Bytes that `packWeights` fills. */
export function weightBytes(depth: i32, columns: i32): usize {
  return floats(depth) * <usize>((columns + NR - 1) / NR * NR);
}

/** Bytes of scratch memory for `multiplyPacked`. */
export function stepBytes(): usize {
  return LEFT_BYTES + floats(MR * NR);
}

/** Packs a right side of `depth` x `columns`, stored with its axes swapped if `transposed`; `stride` counts floats between stored rows. */
export function packWeights(weights: usize, stride: i32, transposed: bool, depth: i32, columns: i32, to: usize): void {
  const row: usize = transposed ? 4 : floats(stride);
  const column: usize = transposed ? floats(stride) : 4;
  const most = depthBlock(depth);
  for (let k = 0; k < depth; k += most) {
    const length = min(most, depth - k);
    packRight(weights + <usize>k * row, row, column, length, columns, to);
    to += weightBytes(length, columns);
  }
}

/** `out = left · weights`, or `out += …`; both in rows without gaps. */
export function multiplyPacked(
  rows: i32, columns: i32, depth: i32, left: usize, weights: usize, out: usize, accumulate: bool, scratch: usize,
): void {
  const tile = scratch + LEFT_BYTES;
  const outRow = floats(columns);
  const most = depthBlock(depth);
  for (let k = 0; k < depth; k += most) {
    const length = min(most, depth - k);
    for (let i = 0; i < rows; i += ROW_BLOCK) {
      const height = min(ROW_BLOCK, rows - i);
      packLeft(left + <usize>i * floats(depth) + floats(k), floats(depth), 4, height, length, scratch);
      multiplyBlocks(height, columns, length, scratch, weights, tile, out + <usize>i * outRow, outRow, accumulate || k > 0);
    }
    weights += weightBytes(length, columns);
  }
}
