import { addDoubles, addHalf, addToDoubles, doubles, floats, loadLanes, mulAdd, storeLanes, sumOfLanes } from "./lanes";

// Rows are summed in backend-native's order, too: a run of rows in float32, the runs of a block in float64, and then the blocks.

/** Rows summed in float32 before the float64 sums take over: short enough to stay exact to float32, long enough to be fast. */
export const ROW_RUN: i32 = 16;

/** Rows of a block. */
export function rowBlock(columns: i32): i32 {
  return max(64, 32768 / max(columns, 1) / ROW_RUN * ROW_RUN);
}

/** Adds `count` rows, or with `squares` those of their distances from `center`, to `sums`: of 8 columns (`wide`), or of `lanes`. */
// @ts-ignore: decorator
@inline
function addRows(squares: bool, wide: bool, lanes: i32, p: usize, rowBytes: usize, count: i32, center: usize, sums: usize): void {
  let low = f32x4.splat(0), high = low;
  const m0 = squares ? (wide ? v128.load(center) : loadLanes(center, lanes)) : low;
  const m1 = squares && wide ? v128.load(center, 16) : low;
  for (let r = 0; r < count; r++, p += rowBytes) {
    low = added(squares, wide ? v128.load(p) : loadLanes(p, lanes), m0, low);
    if (wide) high = added(squares, v128.load(p, 16), m1, high);
  }
  addToDoubles(sums, low, wide ? 4 : lanes);
  if (wide) addToDoubles(sums + doubles(4), high, 4);
}

// @ts-ignore: decorator
@inline
function added(squares: bool, x: v128, center: v128, sum: v128): v128 {
  if (!squares) return f32x4.add(sum, x);
  const distance = f32x4.sub(x, center);
  return mulAdd(distance, distance, sum);
}

/** Into the first half of `sums`, float64 `[2, columns]`, whose other half is scratch memory. */
// @ts-ignore: decorator
@inline
function sumBlocks(squares: bool, x: usize, rows: i32, columns: i32, center: usize, sums: usize): void {
  const rowBytes = floats(columns);
  const block = rowBlock(columns);
  for (let start = 0; start == 0 || start < rows; start += block) {
    const part = start == 0 ? sums : sums + doubles(columns);
    const end = min(rows, start + block);
    memory.fill(part, 0, doubles(columns));
    for (let first = start; first < end; first += ROW_RUN) {
      const count = min(ROW_RUN, end - first);
      const base = x + <usize>first * rowBytes;
      let c = 0;
      for (; c + 8 <= columns; c += 8) addRows(squares, true, 8, base + floats(c), rowBytes, count, center + floats(c), part + doubles(c));
      for (; c < columns; c += 4) {
        addRows(squares, false, min(4, columns - c), base + floats(c), rowBytes, count, center + floats(c), part + doubles(c));
      }
    }
    if (start > 0) addDoubles(sums, part, columns);
  }
}

/** Sums over the rows of `x` `[rows, columns]`, times `scale`. `sums`: float64 `[2, columns]` of scratch memory. */
export function sumRows(x: usize, rows: i32, columns: i32, scale: f64, out: usize, sums: usize): void {
  sumBlocks(false, x, rows, columns, 0, sums);
  for (let c = 0; c < columns; c++) store<f32>(out + floats(c), <f32>(load<f64>(sums + doubles(c)) * scale));
}

/** Means and biased variances of the columns; likewise. */
export function moments(x: usize, rows: i32, columns: i32, mean: usize, variance: usize, sums: usize): void {
  sumRows(x, rows, columns, 1.0 / <f64>rows, mean, sums);
  sumBlocks(true, x, rows, columns, mean, sums);
  for (let c = 0; c < columns; c++) store<f32>(variance + floats(c), <f32>(load<f64>(sums + doubles(c)) / <f64>rows));
}

/** Numbers of a run that one float32 lane sums before float64 takes over. */
const LANE_RUN: i32 = 16;

/** The sum of `count` adjacent floats. */
function sumOf(x: usize, count: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  let i = 0;
  while (i + 8 <= count) {
    let low = f32x4.splat(0), high = low;
    for (const end = min(count - 7, i + 8 * LANE_RUN); i < end; i += 8, x += 32) {
      low = f32x4.add(low, v128.load(x));
      high = f32x4.add(high, v128.load(x, 16));
    }
    a = addHalf(a, low, false);
    b = addHalf(b, low, true);
    c = addHalf(c, high, false);
    d = addHalf(d, high, true);
  }
  let total = sumOfLanes(a, b, c, d);
  for (; i < count; i++, x += 4) total += <f64>load<f32>(x);
  return total;
}

/** Sums of `x` `[outer, reduced, inner]` over the middle axis, times `scale`. `sums`: float64 `[2, inner]` of scratch memory. */
export function sumMiddle(x: usize, outer: i32, reduced: i32, inner: i32, scale: f64, out: usize, sums: usize): void {
  const step = floats(reduced) * <usize>inner;
  for (let i = 0; i < outer; i++, x += step, out += floats(inner)) {
    if (inner == 1) store<f32>(out, <f32>(sumOf(x, reduced) * scale));
    else sumRows(x, reduced, inner, scale, out, sums);
  }
}

/** The largest (`largest`) or smallest number of `count` adjacent ones, at least 1; NaN if one is. */
function extremeOf(x: usize, count: i32, largest: bool): f32 {
  let best = load<f32>(x);
  let i = 0;
  if (count >= 4) {
    let lanes = v128.load(x);
    for (i = 4; i + 4 <= count; i += 4) {
      const v = v128.load(x + floats(i));
      lanes = largest ? f32x4.max(lanes, v) : f32x4.min(lanes, v);
    }
    const halves = v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1);
    lanes = largest ? f32x4.max(lanes, halves) : f32x4.min(lanes, halves);
    const a = f32x4.extract_lane(lanes, 0);
    const b = f32x4.extract_lane(lanes, 1);
    best = largest ? max(a, b) : min(a, b);
  }
  for (; i < count; i++) best = largest ? max(best, load<f32>(x + floats(i))) : min(best, load<f32>(x + floats(i)));
  return best;
}

/** Largest or smallest numbers of `x` `[outer, reduced, inner]` along the middle axis, which is not empty. */
export function extremeMiddle(x: usize, outer: i32, reduced: i32, inner: i32, largest: bool, out: usize): void {
  const rowBytes = floats(inner);
  for (let i = 0; i < outer; i++, out += rowBytes) {
    if (inner == 1) store<f32>(out, extremeOf(x, reduced, largest));
    for (let c = 0; inner > 1 && c < inner; c += 4) {
      const lanes = min(4, inner - c);
      let p = x + floats(c);
      let best = loadLanes(p, lanes);
      for (let r = 1; r < reduced; r++) {
        p += rowBytes;
        const v = loadLanes(p, lanes);
        best = largest ? f32x4.max(best, v) : f32x4.min(best, v);
      }
      storeLanes(out + floats(c), best, lanes);
    }
    x += <usize>reduced * rowBytes;
  }
}
