import { copyFloats, floats } from "./lanes";

// One column of `[batch, columns]` ids, and the numbers from `start` on of every row of `wide` `[batch, width]`, which are its vectors.

/** Copies the row of `table` `[…, length]` that each id names to `wide`. The ids are known to be in the table. */
export function embedColumn(table: usize, length: i32, ids: usize, columns: i32, batch: i32, wide: usize, width: i32): void {
  const bytes = floats(length);
  for (let i = 0; i < batch; i++, ids += floats(columns), wide += floats(width)) {
    copyFloats(wide, table + <usize>load<i32>(ids) * bytes, length);
  }
}

/** Adds the vectors of `wide` to the rows of `table`, zeroed before, in the order of the batch. */
export function embedColumnGrad(table: usize, rows: i32, length: i32, ids: usize, columns: i32, batch: i32, wide: usize, width: i32): void {
  const bytes = floats(length);
  memory.fill(table, 0, <usize>rows * bytes);
  for (let i = 0; i < batch; i++, ids += floats(columns), wide += floats(width)) {
    const to = table + <usize>load<i32>(ids) * bytes;
    for (let j: usize = 0; j < bytes; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(wide + j));
  }
}
