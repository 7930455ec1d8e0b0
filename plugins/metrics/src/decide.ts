import type { Rows } from "./rows.ts";
import { viewAxis } from "./rows.ts";

/** Position of the largest value along an axis, the first of equals. */
export function argMaxRows(rows: Rows, axis: number): Rows {
  const { outer, size, inner, rest } = viewAxis(rows, axis);
  const { data } = rows;
  const best = new Int32Array(outer * inner);
  for (let o = 0, at = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++, at++) {
      const start = o * size * inner + i;
      let top = data[start] ?? 0;
      let index = 0;
      for (let c = 1; c < size; c++) {
        const value = data[start + c * inner] ?? 0;
        if (value > top) {
          top = value;
          index = c;
        }
      }
      best[at] = index;
    }
  }
  return { data: best, shape: rest };
}

/** Probabilities along an axis, same shape. */
export function softmaxRows(rows: Rows, axis: number): Rows {
  const { outer, size, inner } = viewAxis(rows, axis);
  const { data } = rows;
  const probs = new Float32Array(data.length);
  const exps = new Float64Array(size);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let top = -Infinity;
      for (let c = 0; c < size; c++) top = Math.max(top, data[start + c * inner] ?? 0);
      let total = 0;
      for (let c = 0; c < size; c++) total += exps[c] = Math.exp((data[start + c * inner] ?? 0) - top);
      for (let c = 0; c < size; c++) probs[start + c * inner] = (exps[c] ?? 0) / total;
    }
  }
  return { data: probs, shape: rows.shape };
}

/** The last entry along an axis: of two classes, the positive one. */
export function lastRows(rows: Rows, axis: number): Rows {
  const { outer, size, inner, rest } = viewAxis(rows, axis);
  const last = new Float32Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    const start = (o * size + size - 1) * inner;
    last.set(rows.data.subarray(start, start + inner), o * inner);
  }
  return { data: last, shape: rest };
}

export function sigmoidRows({ data, shape }: Rows): Rows {
  const probs = new Float32Array(data.length);
  for (let i = 0; i < probs.length; i++) probs[i] = 1 / (1 + Math.exp(-(data[i] ?? 0)));
  return { data: probs, shape };
}

/** 1 where a value reaches `thresh`, else 0. */
export function threshRows({ data, shape }: Rows, thresh: number): Rows {
  const limit = data instanceof Float32Array ? Math.fround(thresh) : thresh;
  const decided = new Uint8Array(data.length);
  for (let i = 0; i < decided.length; i++) decided[i] = (data[i] ?? 0) >= limit ? 1 : 0;
  return { data: decided, shape };
}
