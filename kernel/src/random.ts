/** Seeded numbers; the only source of randomness. Same seed, same numbers, on every platform. */
export interface Random {
  /** In [0, 1), 32 bits of precision. */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
  /** A whole number in [0, n). */
  int(n: number): number;
  /** 0…n−1 in random order. */
  permutation(n: number): Int32Array;
  /** An independent generator; the same label from the same state gives the same one. Does not advance this one. */
  fork(label: string): Random;
  /** Plain JSON data; `restore(state())` continues bit by bit. */
  state(): readonly number[];
  restore(state: readonly number[]): void;
  /** Where another thread finds what makes a generator of a state: an export of a module. */
  readonly source?: { readonly module: string; readonly name: string };
}
