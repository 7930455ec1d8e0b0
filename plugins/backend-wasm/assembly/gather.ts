import { copyFloats, floats } from "./lanes";

/**
 * Picks slices of `x` `[outer, length, inner]` by `ids` `[count]` into `out` `[outer, count, inner]`. Returns the place of the first id
 * outside 0 to `length` − 1, before anything is written, or −1.
 */
export function gatherFloats(x: usize, outer: i32, length: i32, inner: i32, ids: usize, count: i32, out: usize): i32 {
  for (let i = 0; i < count; i++) if (<u32>load<i32>(ids + floats(i)) >= <u32>length) return i;
  const rowBytes = floats(inner);
  for (let n = 0; n < outer; n++, x += <usize>length * rowBytes) {
    for (let i = 0; i < count; i++, out += rowBytes) copyFloats(out, x + <usize>load<i32>(ids + floats(i)) * rowBytes, inner);
  }
  return -1;
}
