import type { Random } from "@fastap/kernel";
import { E_DATA_OPTION } from "./errors.ts";

/** Chooses the items of an epoch. */
export interface Sampler {
  /** How many of `n` items an epoch has. */
  size(n: number): number;
  /** Their numbers, in order. One generator gives one choice. */
  draw(n: number, random: Random): Int32Array;
}

/**
 * As many draws as there are items, with replacement, by weights that need not sum to one.
 * @throws E_DATA_OPTION
 * @source fastai.callback.data.WeightedDL
 */
export function weightedSampler(wgts: ArrayLike<number>): Sampler {
  const sums = Float64Array.from(wgts);
  const bad = sums.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (bad >= 0) throw E_DATA_OPTION({ option: "wgts", expected: "finite numbers of at least 0", received: `${wgts[bad]} at ${bad}` });
  for (let i = 1; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (sums[i - 1] ?? 0);
  const total = sums.at(-1) ?? 0;
  if (total === 0) throw E_DATA_OPTION({ option: "wgts", expected: "a weight above 0", received: `${wgts.length} weights of 0` });
  return {
    size: (n) => n,
    draw: (n, random) => {
      if (n !== sums.length) throw E_DATA_OPTION({ option: "wgts", expected: `${n} weights, one per item`, received: `${sums.length}` });
      return Int32Array.from({ length: n }, () => firstAbove(sums, random.uniform() * total));
    },
  };
}

/** `count` items, each at most once, anew every epoch; all where there are fewer. @throws E_DATA_OPTION @source fastai.callback.data.PartialDL */
export function partialSampler(count: number): Sampler {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw E_DATA_OPTION({ option: "partialN", expected: "a whole number ≥ 1", received: String(count) });
  }
  return {
    size: (n) => Math.min(n, count),
    draw: (n, random) => random.permutation(n).subarray(0, count),
  };
}

/** The first place where the rising sums exceed `value`, so that weights of 0 are never drawn. */
function firstAbove(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
