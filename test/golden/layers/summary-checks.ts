import type { Check } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";
import { isSummary } from "./layer-case.ts";

/** A tensor in full, or its summary. */
export function summaryChecks(path: string, got: readonly number[], want: unknown): Check[] {
  if (want === undefined) return [{ path, got: [...got], want: "nothing" }];
  if (!isSummary(want)) return [{ path, got, want: decodeTensor(want).data }];
  return [
    { path: `${path}, l2`, got: norm(got), want: want.l2 },
    { path: `${path}, sum`, got: total(got), want: want.sum },
    { path: `${path}, absmax`, got: absmax(got), want: want.absmax },
    { path: `${path}, first`, got: got.slice(0, want.first.length), want: want.first },
  ];
}

export function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((a, v) => a + v * v, 0));
}

export function total(values: readonly number[]): number {
  return values.reduce((a, v) => a + v, 0);
}

export function absmax(values: readonly number[]): number {
  return values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
}
