import { floats } from "./lanes";
import { geometryOf, WinogradJob } from "./winograd-job";
import { loneOutput } from "./winograd-lone";

/** The first row of `Aᵀ`, times four numbers. */
// @ts-ignore: decorator
@inline
function first(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.add(a, b), c);
}

/** The second row. */
// @ts-ignore: decorator
@inline
function second(b: v128, c: v128, d: v128): v128 {
  return f32x4.sub(f32x4.sub(b, c), d);
}

/** Products `[4, 4, tiles, channels]` to pixels of the output, `Aᵀ m A`: 2x2 of every tile, or what of them lies inside. */
export function winogradOutputTask(job: usize, task: i32, scratch: usize): void {
  const j = changetype<WinogradJob>(job);
  const g = geometryOf(job);
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const pixel = floats(g.outChannels);
  const row = <usize>g.outWidth * pixel;
  const s = floats(j.step);
  const last = min(j.count, (task + 1) * j.perTask);
  for (let i = task * j.perTask; i < last; i++) {
    const tile = j.first + i;
    const n = tile / (across * down);
    const top = 2 * ((tile / across) % down);
    const left = 2 * (tile % across);
    const right = left + 1 < g.outWidth;
    const below = top + 1 < g.outHeight;
    let to = j.target + <usize>(n * g.outHeight + top) * row + <usize>left * pixel;
    let from = j.source + floats(i * g.outChannels);
    if (j.lone != 0) {
      loneOutput(from, s, g.outChannels, to);
      continue;
    }
    for (const end = to + pixel; to < end; to += 16, from += 16) {
      let a = v128.load(from + 4 * s), b = v128.load(from + 8 * s);
      const t0 = first(v128.load(from), a, b), b0 = second(a, b, v128.load(from + 12 * s));
      a = v128.load(from + 5 * s), b = v128.load(from + 9 * s);
      const t1 = first(v128.load(from + s), a, b), b1 = second(a, b, v128.load(from + 13 * s));
      a = v128.load(from + 6 * s), b = v128.load(from + 10 * s);
      const t2 = first(v128.load(from + 2 * s), a, b), b2 = second(a, b, v128.load(from + 14 * s));
      a = v128.load(from + 7 * s), b = v128.load(from + 11 * s);
      const t3 = first(v128.load(from + 3 * s), a, b), b3 = second(a, b, v128.load(from + 15 * s));
      v128.store(to, first(t0, t1, t2));
      if (right) v128.store(to + pixel, second(t1, t2, t3));
      if (!below) continue;
      v128.store(to + row, first(b0, b1, b2));
      if (right) v128.store(to + row + pixel, second(b1, b2, b3));
    }
  }
}
