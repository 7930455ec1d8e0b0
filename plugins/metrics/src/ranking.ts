import type { Weights } from "./sample-weight.ts";
import { sortFloats } from "./sort-floats.ts";
import { ratio } from "./tally.ts";

/** How many true and false items, or which weight of them, score at least as high, at each distinct score from the highest. */
export interface Cutoffs {
  readonly hits: Float64Array;
  readonly misses: Float64Array;
}

/** `positive` holds 1 for true items. Undefined where a score is NaN. */
export function cutoffs(scores: ArrayLike<number>, positive: ArrayLike<number>, weights?: Weights): Cutoffs | undefined {
  if (weights !== undefined) return weightedCutoffs(scores, positive, weights);
  const parts = split(scores, positive);
  if (parts === undefined) return undefined;
  const [up, down] = parts;
  const hits = new Float64Array(scores.length);
  const misses = new Float64Array(scores.length);
  let [u, d, size] = [up.length, down.length, 0];
  while (u > 0 || d > 0) {
    const score = Math.max(up[u - 1] ?? -Infinity, down[d - 1] ?? -Infinity);
    u = before(up, u, score);
    d = before(down, d, score);
    hits[size] = up.length - u;
    misses[size++] = down.length - d;
  }
  return { hits: hits.subarray(0, size), misses: misses.subarray(0, size) };
}

/** The same one item at a time, in the order of their scores. */
function weightedCutoffs(scores: ArrayLike<number>, positive: ArrayLike<number>, weights: Float64Array): Cutoffs | undefined {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const [hits, misses] = [new Float64Array(order.length), new Float64Array(order.length)];
  let [hit, miss, size] = [0, 0, 0];
  for (const [place, i] of order.entries()) {
    const score = scores[i] ?? 0;
    if (Number.isNaN(score)) return undefined;
    const weight = weights[i] ?? 0;
    if (positive[i] === 1) hit += weight;
    else miss += weight;
    if (scores[order[place + 1] ?? -1] === score) continue;
    hits[size] = hit;
    misses[size++] = miss;
  }
  return { hits: hits.subarray(0, size), misses: misses.subarray(0, size) };
}

/** Where the values equal to `score` that end at `end` begin. */
function before(ascending: Float32Array, end: number, score: number): number {
  let at = end;
  while (at > 0 && ascending[at - 1] === score) at--;
  return at;
}

/** Area under the ROC curve; up to `maxFpr` only, scaled so that chance is ½. NaN where one class is missing. */
export function rocAucOf(scores: ArrayLike<number>, positive: ArrayLike<number>, maxFpr = 1, weights?: Weights): number {
  const found = cutoffs(scores, positive, weights);
  const [all, none] = [found?.hits.at(-1) ?? 0, found?.misses.at(-1) ?? 0];
  if (found === undefined || all === 0 || none === 0) return NaN;
  const auc = areaUntil(found, maxFpr * none) / (all * none);
  if (maxFpr === 1) return auc;
  const least = maxFpr ** 2 / 2;
  return (1 + (auc - least) / (maxFpr - least)) / 2;
}

/** Area under hits over misses, by trapezoids, up to `limit` misses. */
function areaUntil({ hits, misses }: Cutoffs, limit: number): number {
  let [area, hit, miss] = [0, 0, 0];
  for (let i = 0; i < hits.length && miss < limit; i++) {
    const nextHit = hits[i] ?? 0;
    const nextMiss = misses[i] ?? 0;
    const end = Math.min(nextMiss, limit);
    const endHit = nextMiss === miss ? nextHit : hit + ((nextHit - hit) * (end - miss)) / (nextMiss - miss);
    area += ((end - miss) * (hit + endHit)) / 2;
    hit = endHit;
    miss = end;
  }
  return area;
}

/** Σ (recall gained)·precision over falling scores; 0 where nothing is true. */
export function averagePrecisionOf(scores: ArrayLike<number>, positive: ArrayLike<number>, weights?: Weights): number {
  const found = cutoffs(scores, positive, weights);
  if (found === undefined) return NaN;
  const all = found.hits.at(-1) ?? 0;
  if (all === 0) return 0;
  let [total, known] = [0, 0];
  for (const [i, hit] of found.hits.entries()) {
    total += ((hit - known) / all) * ratio(hit, hit + (found.misses[i] ?? 0));
    known = hit;
  }
  return total;
}

/** Scores of true and of false items, each ascending; undefined where one is NaN. */
function split(scores: ArrayLike<number>, positive: ArrayLike<number>): readonly [Float32Array, Float32Array] | undefined {
  const up = new Float32Array(scores.length);
  const down = new Float32Array(scores.length);
  let [u, d] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? 0;
    if (Number.isNaN(score)) return undefined;
    if (positive[i] === 1) up[u++] = score;
    else down[d++] = score;
  }
  return [sortFloats(up.subarray(0, u)), sortFloats(down.subarray(0, d))];
}
