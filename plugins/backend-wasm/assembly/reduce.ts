import { addToDoubles, doubles, floats, loadLanes } from "./lanes";

/** Rows summed in float32 before the float64 sums take over: short enough to stay exact to float32, long enough to be fast. */
export const ROW_RUN: i32 = 16;

/** Sums over the rows of `x` `[rows, columns]`, times `scale`. `sums`: float64 `[columns]` of scratch memory. */
export function sumRows(x: usize, rows: i32, columns: i32, scale: f64, out: usize, sums: usize): void {
  memory.fill(sums, 0, doubles(columns));
  const rowBytes = floats(columns);
  for (let first = 0; first < rows; first += ROW_RUN) {
    const count = min(ROW_RUN, rows - first);
    const base = x + <usize>first * rowBytes;
    for (let c = 0; c < columns; c += 4) {
      const lanes = min(4, columns - c);
      let sum = f32x4.splat(0);
      let p = base + floats(c);
      for (let r = 0; r < count; r++, p += rowBytes) sum = f32x4.add(sum, loadLanes(p, lanes));
      addToDoubles(sums + doubles(c), sum, lanes);
    }
  }
  for (let c = 0; c < columns; c++) store<f32>(out + floats(c), <f32>(load<f64>(sums + doubles(c)) * scale));
}
