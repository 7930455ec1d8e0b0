import { floats } from "./lanes";

// Copies blocks of a matrix into the order in which the GEMM micro-kernel reads them. Row and column strides are in bytes, so that
// one routine serves plain and transposed operands.

/** Rows of one panel of the left operand: 6 fill the 16 registers of x86, save where a product needs one more for its sum. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Rows of the last panels if no more are left. */
export const SHORT: i32 = 4;
/** Columns of one panel of the right operand. */
export const NR: i32 = 8;

/** Rows of the next panel where `left` are left: of 8 rows two short panels have no row too many. */
// @ts-ignore: decorator
@inline
export function panelRows(left: i32): i32 {
  return left > SHORT && left != 2 * SHORT ? MR : SHORT;
}

/** Transposes the 4x4 floats at `from` (rows `stride` bytes apart) to rows `step` bytes apart at `to`. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, step: usize, from: usize, stride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Transposes the 2x4 floats at `from` likewise. */
// @ts-ignore: decorator
@inline
function transpose2(to: usize, step: usize, from: usize, stride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  v128.store64_lane(to, low, 0);
  v128.store64_lane(to + step, low, 1);
  v128.store64_lane(to + 2 * step, high, 0);
  v128.store64_lane(to + 3 * step, high, 1);
}

/** One panel, element by element, padded with zeros from `count` to `width`. */
function packPanelSlowly(to: usize, from: usize, across: usize, along: usize, width: i32, count: i32, length: i32): void {
  for (let k = 0; k < length; k++, from += along) {
    let source = from;
    for (let i = 0; i < count; i++, to += 4, source += across) store<f32>(to, load<f32>(source));
    for (let i = count; i < width; i++, to += 4) store<f32>(to, 0);
  }
}

/** `rows` x `depth` of the left operand, in panels of `panelRows`, each depth-major. */
export function packLeft(from: usize, rowStride: usize, columnStride: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0, width = 0; i < rows; i += width) {
    width = panelRows(rows - i);
    packLeftPanel(from + <usize>i * rowStride, rowStride, columnStride, width, min(width, rows - i), depth, to + floats(i * depth));
  }
}

function packLeftPanel(from: usize, rowStride: usize, columnStride: usize, width: i32, count: i32, depth: i32, to: usize): void {
  if (count < width) return packPanelSlowly(to, from, rowStride, columnStride, width, count, depth);
  const step = floats(width);
  if (rowStride == 4) {
    for (let k = 0; k < depth; k++, from += columnStride, to += step) {
      v128.store(to, v128.load(from));
      if (width > SHORT) store<u64>(to, load<u64>(from, 16), 16);
    }
    return;
  }
  let k = 0;
  for (; k + 4 <= depth; k += 4, from += 16, to += 4 * step) {
    transpose4(to, step, from, rowStride);
    if (width > SHORT) transpose2(to + 16, step, from + 4 * rowStride, rowStride);
  }
  packPanelSlowly(to, from, rowStride, columnStride, width, count, depth - k);
}

/** `depth` x `columns` of the right operand, in panels of 8 columns, each depth-major. */
export function packRight(from: usize, rowStride: usize, columnStride: usize, depth: i32, columns: i32, to: usize): void {
  const panel = floats(depth * NR);
  let j = 0;
  if (columnStride == 4) {
    // Four panels at a time: a row is often a page of memory of its own, and from each comes a run of two cache lines.
    for (; j + 4 * NR <= columns; j += 4 * NR, to += 4 * panel) packFourPanels(from + floats(j), rowStride, depth, panel, to);
  }
  for (; j < columns; j += NR, to += panel) {
    packRightPanel(from + <usize>j * columnStride, rowStride, columnStride, depth, min(NR, columns - j), to);
  }
}

function packFourPanels(from: usize, rowStride: usize, depth: i32, panel: usize, to: usize): void {
  for (let k = 0; k < depth; k++, from += rowStride, to += floats(NR)) {
    copyEight(to, from);
    copyEight(to + panel, from + 32);
    copyEight(to + 2 * panel, from + 64);
    copyEight(to + 3 * panel, from + 96);
  }
}

// @ts-ignore: decorator
@inline
function copyEight(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

function packRightPanel(from: usize, rowStride: usize, columnStride: usize, depth: i32, columns: i32, to: usize): void {
  if (columns < NR) return packPanelSlowly(to, from, columnStride, rowStride, NR, columns, depth);
  if (columnStride == 4) {
    for (let k = 0; k < depth; k++, from += rowStride, to += 32) copyEight(to, from);
    return;
  }
  let k = 0;
  for (; k + 4 <= depth; k += 4, from += 16, to += 128) {
    transpose4(to, 32, from, columnStride);
    transpose4(to + 16, 32, from + 4 * columnStride, columnStride);
  }
  packPanelSlowly(to, from, columnStride, rowStride, NR, NR, depth - k);
}
