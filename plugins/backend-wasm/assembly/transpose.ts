import { floats } from "./lanes";

/** Rows whose numbers fill a cache line of the output. */
const ROWS: i32 = 16;

/** `out[c * outStride + r] = x[r * stride + c]`, for numbers of four bytes; strides in numbers. */
export function transposePlane(x: usize, rows: i32, columns: i32, stride: i32, out: usize, outStride: i32): void {
  const line = floats(stride), outLine = floats(outStride);
  for (let r = 0; r < rows; r += ROWS) {
    const from = x + <usize>r * line, to = out + floats(r);
    const height = min(ROWS, rows - r);
    let c = 0;
    for (; c + 4 <= columns; c += 4) fourColumns(from + floats(c), height, line, to + <usize>c * outLine, outLine);
    for (; c < columns; c++) column(from + floats(c), height, line, to + <usize>c * outLine);
  }
}

// @ts-ignore: decorator
@inline
function fourColumns(from: usize, rows: i32, line: usize, to: usize, outLine: usize): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4, from += 4 * line, to += 16) {
    const a = v128.load(from), b = v128.load(from + line), c = v128.load(from + 2 * line), d = v128.load(from + 3 * line);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + outLine, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(to + 2 * outLine, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * outLine, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
  }
  for (; r < rows; r++, from += line, to += 4) {
    for (let c = 0; c < 4; c++) store<u32>(to + <usize>c * outLine, load<u32>(from + floats(c)));
  }
}

// @ts-ignore: decorator
@inline
function column(from: usize, rows: i32, line: usize, to: usize): void {
  for (let r = 0; r < rows; r++, from += line, to += 4) store<u32>(to, load<u32>(from));
}
