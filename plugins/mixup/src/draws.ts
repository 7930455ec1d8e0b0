import type { Random } from "@fastap/kernel";
import { beta } from "./beta.ts";

/** Where the random numbers come from; given in tests and where draws shall be repeated. */
export interface Draws {
  /** `n` numbers from Beta(alpha, alpha). */
  beta(n: number): readonly number[] | Float32Array;
  /** Partner of each item of a batch of `n`. */
  permutation(n: number): readonly number[] | Int32Array;
  /** A whole number in [0, n). */
  int(n: number): number;
}

export function randomDraws(random: Random, alpha: number): Draws {
  return {
    beta: (n) => Float32Array.from({ length: n }, () => beta(random, alpha)),
    permutation: (n) => random.permutation(n),
    int: (n) => random.int(n),
  };
}
