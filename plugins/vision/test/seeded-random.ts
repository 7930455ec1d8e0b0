import type { Random } from "@fastap/kernel";

/** A small generator (mulberry32) with what loaders need of `Random`. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (n: number): number => Math.floor(uniform() * n);
  const permutation = (n: number): Int32Array => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = int(i + 1);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order;
  };
  const fork = (label: string): Random =>
    seededRandom(Array.from(label).reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 0x01000193), state ^ 0x811c9dc5));
  const restore = ([s = 0]: readonly number[]): void => {
    state = s;
  };
  return { uniform, normal: () => uniform(), int, permutation, fork, state: () => [state], restore };
}
