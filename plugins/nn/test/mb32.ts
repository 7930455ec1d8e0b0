/** n numbers in [0, 1) that every language can make; see test/golden/cases/README.md. */
export function mb32(key: string, n: number): Float64Array {
  let a = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) a = Math.imul(a ^ byte, 0x01000193);
  return Float64Array.from({ length: n }, () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  });
}
