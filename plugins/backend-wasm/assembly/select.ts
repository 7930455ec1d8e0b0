import { floats } from "./lanes";

/** `condition ? yes : no` for each of `count` floats; `condition` are bytes. */
export function selectFloats(condition: usize, yes: usize, no: usize, count: i32, out: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = floats(i);
    const bytes = v128.load32_zero(condition + <usize>i);
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    v128.store(out + at, v128.bitselect(v128.load(yes + at), v128.load(no + at), i32x4.ne(words, i32x4.splat(0))));
  }
  for (; i < count; i++) store<f32>(out + floats(i), load<f32>((load<u8>(condition + <usize>i) != 0 ? yes : no) + floats(i)));
}
