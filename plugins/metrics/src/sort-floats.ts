/** Below, comparing is faster. */
const FEW = 4096;
const [BITS, PASSES] = [11, 3];
const BUCKETS = 1 << BITS;

/** Sorts in place, ascending, by the bits of the numbers: many times faster than comparing where there are many. NaN is not allowed. */
export function sortFloats(values: Float32Array): Float32Array {
  if (values.length < FEW) return values.sort();
  let from: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let to: Uint32Array = new Uint32Array(values.length);
  for (let i = 0; i < from.length; i++) from[i] = ordered(from[i] ?? 0);
  for (let pass = 0; pass < PASSES; pass++) {
    scatter(from, to, pass * BITS);
    [from, to] = [to, from];
  }
  const sorted = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < from.length; i++) sorted[i] = original(from[i] ?? 0); // `from` is the other array after an odd number of passes
  return values;
}

/** One stable pass by the digit at `shift`. */
function scatter(from: Uint32Array, to: Uint32Array, shift: number): void {
  const starts = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < from.length; i++) {
    const next = (((from[i] ?? 0) >>> shift) & (BUCKETS - 1)) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let b = 1; b < BUCKETS; b++) starts[b] = (starts[b] ?? 0) + (starts[b - 1] ?? 0);
  for (let i = 0; i < from.length; i++) {
    const key = from[i] ?? 0;
    const digit = (key >>> shift) & (BUCKETS - 1);
    const at = starts[digit] ?? 0;
    starts[digit] = at + 1;
    to[at] = key;
  }
}

/** Bits of a float32 as a whole number that orders as the float does: negative ones turned round, positive ones above them. */
function ordered(bits: number): number {
  return bits >>> 31 === 1 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
}

function original(key: number): number {
  return key >>> 31 === 1 ? key & 0x7fffffff : ~key >>> 0;
}
