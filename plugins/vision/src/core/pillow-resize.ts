import type { TypedArray } from "@fastap/kernel";

/** Weights are fixed-point numbers with 22 bits, which decides ties; sums of bytes stay below 2³¹. */
const BITS = 22;

export interface Pixels {
  readonly data: TypedArray;
  /** `[height, width, channels]` */
  readonly shape: readonly number[];
}

/**
 * Pillow's bilinear filter on bytes, a triangle as wide as a pixel of the coarser grid: first along the width, then along the height, rounded to
 * bytes after each. Exact to the bit.
 * @source PIL.Image.resize, BILINEAR
 */
export function pillowBilinear({ data, shape: [h = 0, w = 0, c = 0] }: Pixels, [toH, toW]: readonly [number, number]): Uint8Array {
  const narrow = toW === w ? data : across(data, { h, w, c, taps: tapsOf(w, toW) });
  return toH === h ? Uint8Array.from(narrow) : down(narrow, { rowLength: toW * c, taps: tapsOf(h, toH) });
}

/** The pixel whose square holds the centre of the new one; places are summed up as Pillow does, which decides ties. `@source PIL.Image.resize, NEAREST` */
export function nearestResize({ data, shape: [h = 0, w = 0, c = 0] }: Pixels, [toH, toW]: readonly [number, number]): TypedArray {
  const out = new (data.constructor as new (length: number) => TypedArray)(toH * toW * c);
  const columns = nearestPlaces(w, toW);
  let to = 0;
  for (const row of nearestPlaces(h, toH)) {
    for (const column of columns) for (let i = 0; i < c; i++) out[to++] = data[(row * w + column) * c + i] ?? 0;
  }
  return out;
}

function nearestPlaces(size: number, target: number): Int32Array {
  const scale = size / target;
  let place = scale * 0.5;
  return Int32Array.from({ length: target }, () => {
    const at = Math.floor(place);
    place += scale;
    return at;
  });
}

/** For each new pixel the first old one that counts, how many do, and their weights, `most` places each. */
interface Taps {
  readonly from: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly most: number;
}

function tapsOf(size: number, target: number): Taps {
  const scale = size / target;
  const support = Math.max(scale, 1);
  const most = Math.ceil(support) * 2 + 1;
  const taps = { from: new Int32Array(target), count: new Int32Array(target), weights: new Int32Array(target * most), most };
  for (let i = 0; i < target; i++) {
    const center = (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(center - support + 0.5));
    const to = Math.min(size, Math.floor(center + support + 0.5));
    const raw = Array.from({ length: to - from }, (_, k) => Math.max(0, 1 - Math.abs((from + k - center + 0.5) / support)));
    const total = raw.reduce((a, b) => a + b, 0);
    taps.from[i] = from;
    taps.count[i] = raw.length;
    raw.forEach((weight, k) => (taps.weights[i * most + k] = Math.floor((weight / total) * 2 ** BITS + 0.5)));
  }
  return taps;
}

function across(data: TypedArray, { h, w, c, taps }: { h: number; w: number; c: number; taps: Taps }): Uint8Array {
  const { from, count, weights, most } = taps;
  const out = new Uint8Array(h * from.length * c);
  let to = 0;
  for (let row = 0; row < h; row++) {
    for (let x = 0; x < from.length; x++) {
      const [n, first, at] = [count[x] ?? 0, (row * w + (from[x] ?? 0)) * c, x * most];
      for (let i = 0; i < c; i++) {
        let sum = 1 << (BITS - 1);
        for (let k = 0, p = first + i; k < n; k++, p += c) sum += (weights[at + k] ?? 0) * (data[p] ?? 0);
        out[to++] = toByte(sum);
      }
    }
  }
  return out;
}

function down(data: TypedArray, { rowLength, taps }: { rowLength: number; taps: Taps }): Uint8Array {
  const out = new Uint8Array(taps.from.length * rowLength);
  const sums = new Int32Array(rowLength);
  taps.from.forEach((from, y) => {
    sums.fill(1 << (BITS - 1));
    const first = y * taps.most;
    taps.weights.subarray(first, first + (taps.count[y] ?? 0)).forEach((weight, k) => {
      const row = (from + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] = (sums[i] ?? 0) + weight * (data[row + i] ?? 0);
    });
    for (let i = 0; i < rowLength; i++) out[y * rowLength + i] = toByte(sums[i] ?? 0);
  });
  return out;
}

function toByte(sum: number): number {
  const byte = sum >> BITS;
  return byte < 0 ? 0 : byte > 255 ? 255 : byte;
}
