/** A tensor of the golden data, decoded: row-major numbers in PyTorch's layout. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

interface Mb32 {
  readonly key: string;
  readonly lo: number;
  readonly hi: number;
}

/** `{shape, dtype, data}` or `{shape, dtype, mb32}`. */
export function isTensor(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  return "shape" in json && "dtype" in json && Array.isArray(json.shape) && ("data" in json || "mb32" in json);
}

/** Decodes a tensor of a case, numbers written out or made by the mb32 formula. */
export function decodeTensor(json: unknown): GoldenTensor {
  if (!isTensor(json)) throw new Error(`not a golden tensor: ${JSON.stringify(json)?.slice(0, 80)}`);
  const { shape, dtype, data, mb32 } = json as { shape: number[]; dtype: string; data?: unknown[]; mb32?: Mb32 };
  if (data !== undefined) return { shape, dtype, data: data.flat(Infinity).map(decodeNumber) };
  if (mb32 === undefined) throw new Error("a golden tensor needs data or mb32");
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, dtype, data: mb32Uniform(mb32.key, size).map((u) => Math.fround(mb32.lo + u * (mb32.hi - mb32.lo))) };
}

/** A number as the cases write it: `"NaN"`, `"Infinity"` and `"-Infinity"` are strings, booleans count as 0 and 1. */
export function decodeNumber(json: unknown): number {
  if (json === "NaN" || json === "Infinity" || json === "-Infinity") return Number(json);
  if (typeof json === "number") return json;
  if (typeof json === "boolean") return json ? 1 : 0;
  throw new Error(`not a number: ${JSON.stringify(json)}`);
}

/** `n` numbers in [0, 1) that every language can make: mulberry32 seeded by FNV-1a of the key. */
export function mb32Uniform(key: string, n: number): number[] {
  let state = fnv1a(key);
  return Array.from({ length: n }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  });
}

function fnv1a(key: string): number {
  return new TextEncoder().encode(key).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
}
