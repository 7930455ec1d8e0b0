import { gemm } from "./gemm";
import { floats } from "./lanes";

/**
 * Many matrix products of one size, as int32 in this order, behind it three pointers (left, right, out) per product. A task is a tile of
 * one product, or several whole products. Every element of an output is computed by one task in the order of the depth, so that the
 * tiling does not show in the numbers.
 */
@unmanaged
class Products {
  count: i32;
  rows: i32;
  columns: i32;
  depth: i32;
  leftStride: i32;
  leftTransposed: i32;
  rightStride: i32;
  rightTransposed: i32;
  /** Size of a tile. */
  tileRows: i32;
  tileColumns: i32;
  /** Products in a task, 1 if they are tiled. */
  perTask: i32;
}

const HEADER_BYTES: usize = 44;

// @ts-ignore: decorator
@inline
function pieces(length: i32, tile: i32): i32 {
  return (length + tile - 1) / tile;
}

/** `scratch`: `packBytes()` bytes of the calling thread. */
export function gemmTask(job: usize, task: i32, scratch: usize): void {
  const p = changetype<Products>(job);
  const across = max(1, pieces(p.columns, p.tileColumns));
  const tiles = across * max(1, pieces(p.rows, p.tileRows));
  const tile = task % tiles;
  const top = (tile / across) * p.tileRows;
  const left = (tile % across) * p.tileColumns;
  const first = (task / tiles) * p.perTask;
  const fromLeft = floats(p.leftTransposed ? top : top * p.leftStride);
  const fromRight = floats(p.rightTransposed ? left * p.rightStride : left);
  const to = floats(top * p.columns + left);
  for (let i = first; i < min(p.count, first + p.perTask); i++) {
    const pointers = job + HEADER_BYTES + <usize>i * 12;
    gemm(
      min(p.tileRows, p.rows - top), min(p.tileColumns, p.columns - left), p.depth,
      load<usize>(pointers) + fromLeft, p.leftStride, p.leftTransposed != 0,
      load<usize>(pointers, 4) + fromRight, p.rightStride, p.rightTransposed != 0,
      load<usize>(pointers, 8) + to, p.columns, false, scratch,
    );
  }
}
