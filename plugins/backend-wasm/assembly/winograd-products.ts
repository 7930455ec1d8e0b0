import { gemm } from "./gemm";
import { floats } from "./lanes";

/** The 16 matrix products of Winograd's convolution, int32 in this order. */
@unmanaged
class Products {
  left: usize;
  right: usize;
  out: usize;
  /** Floats between the components. */
  leftStep: i32;
  rightStep: i32;
  outStep: i32;
  rows: i32;
  columns: i32;
  depth: i32;
  leftTransposed: i32;
  rightTransposed: i32;
  /** Whether the right side is that of the filter turned by 180 degrees: what the transform makes of this is another order of components. */
  turned: i32;
  accumulate: i32;
  /** Components in a task. */
  perTask: i32;
}

const COMPONENTS: i32 = 16;

/** The component of a filter that stands in the place of `component` once the filter is turned: the outer ones change places. */
// @ts-ignore: decorator
@inline
function turn(component: i32): i32 {
  const u = component >> 2;
  const v = component & 3;
  return ((u == 0 || u == 3 ? 3 - u : u) << 2) | (v == 0 || v == 3 ? 3 - v : v);
}

/** `scratch`: `packBytes()` bytes. */
export function winogradProductsTask(job: usize, task: i32, scratch: usize): void {
  const p = changetype<Products>(job);
  for (let c = task * p.perTask; c < min(COMPONENTS, (task + 1) * p.perTask); c++) {
    gemm(
      p.rows, p.columns, p.depth,
      p.left + floats(c * p.leftStep), p.leftTransposed ? p.rows : p.depth, p.leftTransposed != 0,
      p.right + floats((p.turned ? turn(c) : c) * p.rightStep), p.rightTransposed ? p.depth : p.columns, p.rightTransposed != 0,
      p.out + floats(c * p.outStep), p.columns, p.accumulate != 0, scratch,
    );
  }
}
