import { floats, mulAdd, zeroFloats } from "./lanes";
import { MR, NR, packLeft, packRight, panelRows, SHORT } from "./pack";

// The order of the sums, the same in all kernels here and in backend-native's, so that both have the same bits where both have fused
// multiply-add: the depth is cut in blocks, a block is summed up from 0 in the order of the depth, and the blocks are added one after the other.

/** Depth of a pair of panels at most: both stay in a first level cache of 32 kB. */
export const MOST_DEPTH: i32 = 416;
/** Blocks of the left operand stay in a second level cache of 512 kB. */
export const ROW_BLOCK: i32 = 96;
export const COLUMN_BLOCK: i32 = 1024;
/** Up to so many columns packing the left operand costs more than it saves, … */
const FEW_COLUMNS: i32 = 256;
/** … unless steps along its depth are of so many bytes: they fall on the same lines of a first level cache, and each on a page of its own. */
const LONG_STEP: usize = 4096;

const RIGHT_BYTES: usize = floats(MOST_DEPTH * COLUMN_BLOCK);
/** Of one packed block of the left operand. */
export const LEFT_BYTES: usize = floats(ROW_BLOCK * MOST_DEPTH);
const TILE_BYTES: usize = floats(MR * NR);

/** Bytes of scratch memory that `gemm` and the convolutions need for packed panels. */
export function packBytes(): usize {
  return RIGHT_BYTES + LEFT_BYTES + TILE_BYTES;
}

/** Where in that memory a packed block of the left operand lies; one of the right operand lies at its beginning. */
// @ts-ignore: decorator
@inline
export function leftBlock(scratch: usize): usize {
  return scratch + RIGHT_BYTES;
}

/** Where in it a tile for what sticks out of the output lies. */
// @ts-ignore: decorator
@inline
export function spareTile(scratch: usize): usize {
  return scratch + RIGHT_BYTES + LEFT_BYTES;
}

/** Depth of the blocks into which a depth is cut: as few as possible, of about the same size. */
export function depthBlock(depth: i32): i32 {
  const count = max(1, (depth + MOST_DEPTH - 1) / MOST_DEPTH);
  return ((depth + count - 1) / count + 3) & ~3;
}

/**
 * 6x8 (`tall`) or 4x8 of the product of two panels. Rows of the left one are `row` bytes apart, its columns `column`. With `packs` the right one
 * is made on the way, of rows `step` bytes apart at `from`.
 */
// @ts-ignore: decorator
@inline
function multiplyPanels(
  tall: bool, packs: bool, depth: i32, left: usize, row: usize, column: usize, from: usize, step: usize, right: usize,
  out: usize, stride: usize, accumulate: bool,
): void {
  const row2 = 2 * row, row3 = 3 * row, row4 = 4 * row, row5 = 5 * row;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
  const end = right + floats(depth * NR);
  while (right < end) {
    const x = v128.load(packs ? from : right);
    const y = v128.load(packs ? from : right, 16);
    if (packs) {
      v128.store(right, x);
      v128.store(right, y, 16);
      from += step;
    }
    let s = v128.load_splat<f32>(left);
    a0 = mulAdd(s, x, a0);
    a1 = mulAdd(s, y, a1);
    s = v128.load_splat<f32>(left + row);
    b0 = mulAdd(s, x, b0);
    b1 = mulAdd(s, y, b1);
    s = v128.load_splat<f32>(left + row2);
    c0 = mulAdd(s, x, c0);
    c1 = mulAdd(s, y, c1);
    s = v128.load_splat<f32>(left + row3);
    d0 = mulAdd(s, x, d0);
    d1 = mulAdd(s, y, d1);
    if (tall) {
      s = v128.load_splat<f32>(left + row4);
      e0 = mulAdd(s, x, e0);
      e1 = mulAdd(s, y, e1);
      s = v128.load_splat<f32>(left + row5);
      f0 = mulAdd(s, x, f0);
      f1 = mulAdd(s, y, f1);
    }
    left += column;
    right += floats(NR);
  }
  if (accumulate) {
    addRow(out, a0, a1);
    addRow(out + stride, b0, b1);
    addRow(out + 2 * stride, c0, c1);
    addRow(out + 3 * stride, d0, d1);
    if (!tall) return;
    addRow(out + 4 * stride, e0, e1);
    addRow(out + 5 * stride, f0, f1);
  } else {
    putRow(out, a0, a1);
    putRow(out + stride, b0, b1);
    putRow(out + 2 * stride, c0, c1);
    putRow(out + 3 * stride, d0, d1);
    if (!tall) return;
    putRow(out + 4 * stride, e0, e1);
    putRow(out + 5 * stride, f0, f1);
  }
}

// A function each: V8 finds registers for all numbers of a tile only if there is nothing else in the function.

function tallKernel(depth: i32, left: usize, row: usize, column: usize, right: usize, out: usize, stride: usize, accumulate: bool): void {
  multiplyPanels(true, false, depth, left, row, column, 0, 0, right, out, stride, accumulate);
}

function shortKernel(depth: i32, left: usize, row: usize, column: usize, right: usize, out: usize, stride: usize, accumulate: bool): void {
  multiplyPanels(false, false, depth, left, row, column, 0, 0, right, out, stride, accumulate);
}

function tallPackingKernel(
  depth: i32, left: usize, row: usize, column: usize, from: usize, step: usize, right: usize, out: usize, stride: usize, accumulate: bool,
): void {
  multiplyPanels(true, true, depth, left, row, column, from, step, right, out, stride, accumulate);
}

function shortPackingKernel(
  depth: i32, left: usize, row: usize, column: usize, from: usize, step: usize, right: usize, out: usize, stride: usize, accumulate: bool,
): void {
  multiplyPanels(false, true, depth, left, row, column, from, step, right, out, stride, accumulate);
}

// @ts-ignore: decorator
@inline
function putRow(to: usize, low: v128, high: v128): void {
  v128.store(to, low);
  v128.store(to, high, 16);
}

// @ts-ignore: decorator
@inline
function addRow(to: usize, low: v128, high: v128): void {
  v128.store(to, f32x4.add(low, v128.load(to)));
  v128.store(to, f32x4.add(high, v128.load(to, 16)), 16);
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
  multiplyTiles(true, rows, columns, depth, left, 0, 0, right, tile, out, stride, accumulate);
}

/** How many rows from the first on fill whole panels. */
function wholeRows(rows: i32): i32 {
  const over = rows % MR;
  return MR > SHORT && over % 2 == 0 && rows >= SHORT ? rows : rows - over;
}

/** The same with the left one as it lies in memory; `rows` are `wholeRows`. */
function multiplyLying(
  rows: i32, columns: i32, depth: i32, left: usize, leftRow: usize, leftColumn: usize, right: usize, tile: usize,
  out: usize, stride: usize, accumulate: bool,
): void {
  multiplyTiles(false, rows, columns, depth, left, leftRow, leftColumn, right, tile, out, stride, accumulate);
}

// @ts-ignore: decorator
@inline
function multiplyTiles(
  packed: bool, rows: i32, columns: i32, depth: i32, left: usize, leftRow: usize, leftColumn: usize, right: usize, tile: usize,
  out: usize, stride: usize, accumulate: bool,
): void {
  for (let j = 0; j < columns; j += NR) {
    const panel = right + floats(j * depth);
    const width = min(NR, columns - j);
    for (let i = 0, panelHeight = 0; i < rows; i += panelHeight) {
      panelHeight = panelRows(rows - i);
      const height = packed ? min(panelHeight, rows - i) : panelHeight;
      const tall = panelHeight > SHORT;
      const row: usize = packed ? 4 : leftRow;
      const column = packed ? floats(panelHeight) : leftColumn;
      const inside = width == NR && height == panelHeight;
      const from = left + (packed ? floats(i * depth) : <usize>i * leftRow);
      const to = out + <usize>i * stride + floats(j);
      const target = inside ? to : tile;
      const step = inside ? stride : floats(NR);
      if (tall) tallKernel(depth, from, row, column, panel, target, step, accumulate && inside);
      else shortKernel(depth, from, row, column, panel, target, step, accumulate && inside);
      if (!inside) copyTile(tile, to, stride, height, width, accumulate);
    }
  }
}

/**
 * The same where one block holds all rows: panels of the right operand, not packed yet, are used once, and the first rows are multiplied while
 * a panel is packed. `packed` is for one. Of the left operand `lying` rows are at `left`, the others at `packedLeft`.
 */
function multiplyNarrow(
  rows: i32, columns: i32, depth: i32, lying: i32, left: usize, leftRow: usize, leftColumn: usize, packedLeft: usize,
  right: usize, rightRow: usize, rightColumn: usize, packed: usize, tile: usize, out: usize, stride: usize, accumulate: bool,
): void {
  for (let j = 0; j < columns; j += NR, right += NR * rightColumn, out += floats(NR)) {
    const width = min(NR, columns - j);
    const start = lying > 0 ? lying : rows;
    const height = panelRows(start);
    const packs = width == NR && rightColumn == 4 && start >= height;
    const first = packs ? height : 0;
    const from = lying > 0 ? left : packedLeft;
    const row: usize = lying > 0 ? leftRow : 4;
    const column = lying > 0 ? leftColumn : floats(height);
    if (!packs) packRight(right, rightRow, rightColumn, depth, width, packed);
    else if (height > SHORT) tallPackingKernel(depth, from, row, column, right, rightRow, packed, out, stride, accumulate);
    else shortPackingKernel(depth, from, row, column, right, rightRow, packed, out, stride, accumulate);
    if (first < lying) {
      const rest = left + <usize>first * leftRow;
      multiplyLying(lying - first, width, depth, rest, leftRow, leftColumn, packed, tile, out + <usize>first * stride, stride, accumulate);
    }
    const done = max(first, lying);
    const rest = packedLeft + floats((done - lying) * depth);
    multiplyBlocks(rows - done, width, depth, rest, packed, tile, out + <usize>done * stride, stride, accumulate);
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
  const packedLeft = leftBlock(scratch);
  const tile = spareTile(scratch);
  if (depth == 0 && !accumulate) for (let i = 0; i < rows; i++) zeroFloats(out + <usize>i * outRow, columns);
  const most = depthBlock(depth);
  const narrow = rows <= ROW_BLOCK;
  const lies = columns <= FEW_COLUMNS && leftColumn < LONG_STEP;
  // A block of columns goes through all of the depth: its part of the output stays in a cache.
  const block = narrow ? columns : COLUMN_BLOCK;
  for (let j = 0; j < columns; j += block) {
    const width = min(block, columns - j);
    for (let k = 0; k < depth; k += most) {
      const length = min(most, depth - k);
      const from = right + <usize>k * rightRow + <usize>j * rightColumn;
      const to = out + floats(j);
      const add = accumulate || k > 0;
      if (narrow) {
        const first = left + <usize>k * leftColumn;
        const lying = lies ? wholeRows(rows) : 0;
        packLeft(first + <usize>lying * leftRow, leftRow, leftColumn, rows - lying, length, packedLeft);
        multiplyNarrow(
          rows, width, length, lying, first, leftRow, leftColumn, packedLeft, from, rightRow, rightColumn, scratch, tile, to, outRow, add,
        );
        continue;
      }
      packRight(from, rightRow, rightColumn, length, width, scratch);
      for (let i = 0; i < rows; i += ROW_BLOCK) {
        const height = min(ROW_BLOCK, rows - i);
        const first = left + <usize>i * leftRow + <usize>k * leftColumn;
        const lying = lies ? wholeRows(height) : 0;
        const over = to + <usize>i * outRow;
        multiplyLying(lying, width, length, first, leftRow, leftColumn, scratch, tile, over, outRow, add);
        packLeft(first + <usize>lying * leftRow, leftRow, leftColumn, height - lying, length, packedLeft);
        multiplyBlocks(height - lying, width, length, packedLeft, scratch, tile, over + <usize>lying * outRow, outRow, add);
      }
    }
  }
}
