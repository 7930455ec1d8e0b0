import { addFloats, floats } from "./lanes";

/** Sums the rows of `x` `[rows, columns]` by segment into `out` `[segments, columns]`; rows of other segments are dropped. */
export function segmentSumFloats(x: usize, ids: usize, rows: i32, columns: i32, segments: i32, out: usize): void {
  const rowBytes = floats(columns);
  memory.fill(out, 0, <usize>segments * rowBytes);
  for (let r = 0; r < rows; r++, x += rowBytes) {
    const id = load<i32>(ids + floats(r));
    if (<u32>id < <u32>segments) addFloats(out + <usize>id * rowBytes, x, columns);
  }
}

/** The same of int32. */
export function segmentSumInts(x: usize, ids: usize, rows: i32, columns: i32, segments: i32, out: usize): void {
  const rowBytes = floats(columns);
  memory.fill(out, 0, <usize>segments * rowBytes);
  for (let r = 0; r < rows; r++, x += rowBytes) {
    const id = load<i32>(ids + floats(r));
    if (<u32>id >= <u32>segments) continue;
    const to = out + <usize>id * rowBytes;
    for (let c: usize = 0; c < rowBytes; c += 4) store<i32>(to + c, load<i32>(to + c) + load<i32>(x + c));
  }
}
