import { floats, mulAdd, zeroFloats } from "./lanes";
import { MR, NR, packLeft, packRight } from "./pack";

// Blocks sized for a 32 kB first and a 512 kB second level cache.
export const DEPTH_BLOCK: i32 = 256;
const ROW_BLOCK: i32 = 96;
const COLUMN_BLOCK: i32 = 1024;

const RIGHT_BYTES: usize = floats(DEPTH_BLOCK * COLUMN_BLOCK);
const LEFT_BYTES: usize = floats(ROW_BLOCK * DEPTH_BLOCK);
const TILE_BYTES: usize = floats(MR * NR);

/** Bytes of scratch memory that `gemm` and the convolutions need for packed panels. */
export function packBytes(): usize {
  return RIGHT_BYTES + LEFT_BYTES + TILE_BYTES;
}

/** 4x8 of the product of two panels. A 6x8 tile spills registers and halves the speed. */
function microKernel(depth: i32, left: usize, right: usize, out: usize, stride: usize, accumulate: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  const end = left + floats(depth * MR);
  while (left < end) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    let s = v128.load_splat<f32>(left);
    a0 = mulAdd(s, x, a0);
    a1 = mulAdd(s, y, a1);
    s = v128.load_splat<f32>(left, 4);
    b0 = mulAdd(s, x, b0);
    b1 = mulAdd(s, y, b1);
    s = v128.load_splat<f32>(left, 8);
    c0 = mulAdd(s, x, c0);
    c1 = mulAdd(s, y, c1);
    s = v128.load_splat<f32>(left, 12);
    d0 = mulAdd(s, x, d0);
    d1 = mulAdd(s, y, d1);
    left += 16;
    right += 32;
  }
  putRow(out, a0, a1, accumulate);
  putRow(out + stride, b0, b1, accumulate);
  putRow(out + 2 * stride, c0, c1, accumulate);
  putRow(out + 3 * stride, d0, d1, accumulate);
}

// @ts-ignore: decorator
@inline
function putRow(to: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(low, v128.load(to));
    high = f32x4.add(high, v128.load(to, 16));
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}

/** The part of a tile that lies inside the output. */
function copyTile(tile: usize, out: usize, stride: usize, rows: i32, columns: i32, accumulate: bool): void {
  for (let r = 0; r < rows; r++, tile += floats(NR), out += stride) {
    for (let c: usize = 0; c < floats(columns); c += 4) {
      const v = load<f32>(tile + c);
      store<f32>(out + c, accumulate ? load<f32>(out + c) + v : v);
    }
  }
}

/** All tiles of one pair of packed blocks. */
export function multiplyBlocks(
  rows: i32, columns: i32, depth: i32, left: usize, right: usize, tile: usize, out: usize, stride: usize, accumulate: bool,
): void {
  for (let j = 0; j < columns; j += NR) {
    const panel = right + floats(j * depth);
    for (let i = 0; i < rows; i += MR) {
      const to = out + <usize>i * stride + floats(j);
      const from = left + floats(i * depth);
      if (rows - i >= MR && columns - j >= NR) microKernel(depth, from, panel, to, stride, accumulate);
      else {
        microKernel(depth, from, panel, tile, floats(NR), false);
        copyTile(tile, to, stride, min(MR, rows - i), min(NR, columns - j), accumulate);
      }
    }
  }
}

/**
 * `out = left · right`, or `out += …`. Leading dimensions count floats between rows as they lie in memory; a transposed operand is
 * stored with its axes swapped. `scratch`: `packBytes()` bytes.
 */
export function gemm(
  rows: i32, columns: i32, depth: i32,
  left: usize, leftStride: i32, leftTransposed: bool,
  right: usize, rightStride: i32, rightTransposed: bool,
  out: usize, outStride: i32, accumulate: bool, scratch: usize,
): void {
  const leftRow: usize = leftTransposed ? 4 : floats(leftStride);
  const leftColumn: usize = leftTransposed ? floats(leftStride) : 4;
  const rightRow: usize = rightTransposed ? 4 : floats(rightStride);
  const rightColumn: usize = rightTransposed ? floats(rightStride) : 4;
  const outRow = floats(outStride);
  const packedLeft = scratch + RIGHT_BYTES;
  const tile = packedLeft + LEFT_BYTES;
  if (depth == 0 && !accumulate) for (let i = 0; i < rows; i++) zeroFloats(out + <usize>i * outRow, columns);
  for (let j = 0; j < columns; j += COLUMN_BLOCK) {
    const width = min(COLUMN_BLOCK, columns - j);
    for (let k = 0; k < depth; k += DEPTH_BLOCK) {
      const length = min(DEPTH_BLOCK, depth - k);
      packRight(right + <usize>k * rightRow + <usize>j * rightColumn, rightRow, rightColumn, length, width, scratch);
      for (let i = 0; i < rows; i += ROW_BLOCK) {
        const height = min(ROW_BLOCK, rows - i);
        packLeft(left + <usize>i * leftRow + <usize>k * leftColumn, leftRow, leftColumn, height, length, packedLeft);
        const to = out + <usize>i * outRow + floats(j);
        multiplyBlocks(height, width, length, packedLeft, scratch, tile, to, outRow, accumulate || k > 0);
      }
    }
  }
}
