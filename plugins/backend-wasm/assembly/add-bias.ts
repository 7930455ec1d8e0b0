import { floats, loadLanes, storeLanes } from "./lanes";

/** `x` `[rows, columns]` plus `bias` `[columns]`; `to` may be `x`. */
export function addBias(x: usize, bias: usize, rows: i32, columns: i32, to: usize): void {
  for (let r = 0; r < rows; r++, x += floats(columns), to += floats(columns)) {
    for (let c = 0; c < columns; c += 4) {
      const at = floats(c);
      const lanes = min(4, columns - c);
      storeLanes(to + at, f32x4.add(loadLanes(x + at, lanes), loadLanes(bias + at, lanes)), lanes);
    }
  }
}
