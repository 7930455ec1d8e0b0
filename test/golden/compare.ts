import type { Check, GoldenCase, Value } from "./adapter.ts";

export type Tolerance = GoldenCase["tolerance"];

/** The verdict on one case: what differs, and how near the worst number came to its limit. */
export interface Comparison {
  readonly mismatches: readonly string[];
  /** Largest |got − want|, and the limit it was held to. */
  readonly worst: { readonly error: number; readonly limit: number };
}

interface Leaf {
  readonly path: string;
  readonly got: Value | undefined;
  readonly want: Value | undefined;
  readonly tolerance?: Tolerance;
}

/** Holds numbers to |got − want| ≤ abs + rel·|want|; NaN equals NaN, and everything else must be the same. */
export function compare(checks: readonly Check[], tolerance: Tolerance): Comparison {
  const mismatches: string[] = [];
  let worst = { error: 0, limit: tolerance.abs };
  for (const leaf of checks.flatMap(flatten)) {
    const distance = numericDistance(leaf);
    const limit = limitOf(leaf.want, leaf.tolerance ?? tolerance);
    if (distance === undefined ? leaf.got !== leaf.want : !(distance <= limit)) mismatches.push(describeLeaf(leaf, distance, limit));
    if (distance !== undefined && relativeTo(distance, limit) > relativeTo(worst.error, worst.limit)) worst = { error: distance, limit };
  }
  return { mismatches, worst };
}

function flatten(leaf: Leaf): Leaf[] {
  const { path, got, want } = leaf;
  if (!isList(got) || !isList(want)) return [leaf];
  const inside = compareCommon(leaf, got, want);
  return got.length === want.length ? inside : [{ path: `${path}.length`, got: got.length, want: want.length }, ...inside];
}

function compareCommon(leaf: Leaf, got: readonly Value[], want: readonly Value[]): Leaf[] {
  const n = Math.min(got.length, want.length);
  return Array.from({ length: n }, (_, i) => flatten({ ...leaf, path: `${leaf.path}[${i}]`, got: got[i], want: want[i] })).flat();
}

/** Undefined where the two are not both numbers; infinite where only one of them is finite. */
function numericDistance({ got, want }: Leaf): number | undefined {
  const [a, b] = [asNumber(got), asNumber(want)];
  if (a === undefined || b === undefined) return undefined;
  if (Object.is(a, b) || a === b) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Infinity : distance;
}

function asNumber(value: Value | undefined): number | undefined {
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  return typeof value === "number" ? value : undefined;
}

function limitOf(want: Value | undefined, { abs, rel }: Tolerance): number {
  const size = Math.abs(asNumber(want) ?? 0);
  return abs + (Number.isFinite(size) ? rel * size : 0);
}

function relativeTo(error: number, limit: number): number {
  return error === 0 ? 0 : error / limit;
}

function describeLeaf({ path, got, want }: Leaf, distance: number | undefined, limit: number): string {
  const off = distance === undefined ? "" : ` (off by ${distance.toExponential(2)}, limit ${limit.toExponential(2)})`;
  return `${path}: got ${show(got)}, want ${show(want)}${off}`;
}

function show(value: Value | undefined): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
