import { Geometry } from "./geometry";
import { floats } from "./lanes";
import { lineFloats } from "./lines";
import { MR, panelRows, SHORT } from "./pack";

// Packs patches, the floats under the filter at one output pixel, straight from the lines of the image: as rows of a left operand for the
// forward pass, as columns of one for the gradient of the filter. A patch is `[filterHeight, filterWidth, inChannels]`; what of it lies
// side by side in a line is a run.

/** Floats of a run. */
// @ts-ignore: decorator
@inline
function runFloats(g: Geometry): i32 {
  return g.dilationWidth == 1 ? g.filterWidth * g.inChannels : g.inChannels;
}

/** Where a run begins, in floats from the first of its patch. */
// @ts-ignore: decorator
@inline
function runOffset(g: Geometry, run: i32, line: i32): i32 {
  if (g.dilationWidth == 1) return run * line;
  return (run / g.filterWidth) * line + (run % g.filterWidth) * g.dilationWidth * g.inChannels;
}

/** Bytes of a table of the patches of so many pixels. */
export function tableBytes(pixels: i32): usize {
  return (pixels + MR) << 2;
}

/** Where the patches of `count` pixels from `first` on begin, `first` counted from that of the lines; behind the last its again, for a panel. */
export function locatePatches(g: Geometry, lines: usize, first: i32, count: i32, table: usize): void {
  const rowBytes = floats(g.filterHeight * lineFloats(g));
  const step = floats(g.strideWidth * g.inChannels);
  let column = first % g.outWidth;
  let row = lines + <usize>(first / g.outWidth) * rowBytes;
  let p = row + <usize>column * step;
  for (let i = 0; i < count; i++, table += 4) {
    store<usize>(table, p);
    p += step;
    if (++column < g.outWidth) continue;
    column = 0;
    row += rowBytes;
    p = row;
  }
  p = load<usize>(table - 4);
  for (let i = 0; i < MR; i++, table += 4) store<usize>(table, p);
}

/** Of the `count` patches in a table the floats `begin` to `end`: panels of patches, as `packLeft` makes them. */
export function packPatches(g: Geometry, table: usize, count: i32, begin: i32, end: i32, to: usize): void {
  const line = lineFloats(g);
  const run = runFloats(g);
  for (let i = 0, rows = 0; i < count; i += rows, table += rows << 2) {
    rows = panelRows(count - i);
    const tall = rows > SHORT;
    const width = floats(rows);
    const p0 = load<usize>(table), p1 = load<usize>(table, 4), p2 = load<usize>(table, 8), p3 = load<usize>(table, 12);
    const p4 = tall ? load<usize>(table, 16) : p0, p5 = tall ? load<usize>(table, 20) : p0;
    let which = begin / run;
    let inside = begin - which * run;
    for (let k = begin; k < end; which++, inside = 0) {
      const length = min(run - inside, end - k);
      const at = floats(runOffset(g, which, line) + inside);
      if (tall) packRun(true, to, p0 + at, p1 + at, p2 + at, p3 + at, p4 + at, p5 + at, length);
      else packRun(false, to, p0 + at, p1 + at, p2 + at, p3 + at, 0, 0, length);
      to += <usize>length * width;
      k += length;
    }
  }
}

/** A piece of four or six rows turned to columns. May read three floats too many behind each row. */
// @ts-ignore: decorator
@inline
function packRun(tall: bool, to: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, length: i32): void {
  const step: usize = tall ? 24 : 16;
  for (let k = 0; k < length; k += 4) {
    const at = floats(k);
    const r0 = v128.load(p0 + at), r1 = v128.load(p1 + at), r2 = v128.load(p2 + at), r3 = v128.load(p3 + at);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const r4 = tall ? v128.load(p4 + at) : r0, r5 = tall ? v128.load(p5 + at) : r0;
    const low45 = v128.shuffle<f32>(r4, r5, 0, 4, 1, 5), high45 = v128.shuffle<f32>(r4, r5, 2, 6, 3, 7);
    const more = length - k;
    v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    if (tall) v128.store64_lane(to + 16, low45, 0);
    if (more > 1) {
      v128.store(to + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      if (tall) v128.store64_lane(to + step + 16, low45, 1);
    }
    if (more > 2) {
      v128.store(to + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      if (tall) v128.store64_lane(to + 2 * step + 16, high45, 0);
    }
    if (more > 3) {
      v128.store(to + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      if (tall) v128.store64_lane(to + 3 * step + 16, high45, 1);
    }
    to += 4 * step;
  }
}

/** Of the `count` patches in a table `rows` floats from `begin` on: panels of floats, as `packLeft` makes of columns. */
export function packTaps(g: Geometry, table: usize, count: i32, begin: i32, rows: i32, to: usize): void {
  const line = lineFloats(g);
  const run = runFloats(g);
  for (let i = begin, width = 0; i < begin + rows; i += width) {
    width = panelRows(begin + rows - i);
    const tall = width > SHORT;
    const inside = i % run;
    if (inside + width <= run) {
      const at = floats(runOffset(g, i / run, line) + inside);
      if (tall) packAdjacent(true, table, at, count, to);
      else packAdjacent(false, table, at, count, to);
    } else {
      for (let k = 0; k < width; k++) {
        // Behind the last float the same again: nobody reads those rows of the product.
        const tap = min(begin + rows - 1, i + k);
        packTap(table, floats(runOffset(g, tap / run, line) + (tap % run)), count, to + floats(k), floats(width));
      }
    }
    to += floats(count * width);
  }
}

// @ts-ignore: decorator
@inline
function packAdjacent(tall: bool, table: usize, at: usize, count: i32, to: usize): void {
  for (const end = table + (count << 2); table < end; table += 4, to += tall ? 24 : 16) {
    const p = load<usize>(table) + at;
    v128.store(to, v128.load(p));
    if (tall) store<u64>(to, load<u64>(p, 16), 16);
  }
}

function packTap(table: usize, at: usize, count: i32, to: usize, width: usize): void {
  for (const end = table + (count << 2); table < end; table += 4, to += width) store<f32>(to, load<f32>(load<usize>(table) + at));
}
