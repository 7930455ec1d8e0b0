import { gemm } from "./gemm";
import { floats } from "./lanes";

/** The matrix products of Winograd's convolution, one for each component, int32 in this order. */
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
  /** 16, or 9. */
  components: i32;
  /** Whether both sides are tiles, the left one transposed: the product is the filter's gradient. Otherwise the right one is a filter. */
  tiles: i32;
  /** Whether the filter is turned by 180 degrees, and transposed: what the transform makes of this is another order of components. */
  turned: i32;
  accumulate: i32;
  /** Components in a task. */
  perTask: i32;
}

/** What stands in the place of one of `side` components along an axis once the filter is turned. */
// @ts-ignore: decorator
@inline
function mirror(u: i32, side: i32): i32 {
  if (side == 3) return u == 0 ? 0 : 3 - u;
  return u == 0 || u == 3 ? 3 - u : u;
}

/** `scratch`: `packBytes()` bytes. */
export function winogradProductsTask(job: usize, task: i32, scratch: usize): void {
  const p = changetype<Products>(job);
  const side = p.components == 9 ? 3 : 4;
  for (let c = task * p.perTask; c < min(p.components, (task + 1) * p.perTask); c++) {
    const left = p.left + floats(c * p.leftStep);
    const out = p.out + floats(c * p.outStep);
    const component = p.turned ? mirror(c / side, side) * side + mirror(c % side, side) : c;
    const right = p.right + floats(component * p.rightStep);
    gemm(
      p.rows, p.columns, p.depth, left, p.tiles ? p.rows : p.depth, p.tiles != 0,
      right, p.turned ? p.depth : p.columns, p.turned != 0, out, p.columns, p.accumulate != 0, scratch,
    );
  }
}
