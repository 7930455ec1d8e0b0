import { mean, weighted } from "./average.ts";
import { rocAucOf } from "./ranking.ts";
import type { Rows } from "./rows.ts";
import { totalOf, weightOf, type Weights } from "./sample-weight.ts";

interface How {
  readonly multiClass: "ovr" | "ovo";
  readonly average: "macro" | "weighted";
}

/** AUC from probabilities `[items, classes]` and class numbers `[items]`; NaN where a class never is true. Pairs of classes take no weights. */
export function multiClassAuc(preds: Rows, targs: Rows, { multiClass, average }: How, weights?: Weights): number {
  const classes = preds.shape[1] ?? 0;
  const items = totalOf(weights, targs.data.length);
  const scores = Array.from({ length: classes }, (_, c) => column(preds.data, c, classes));
  const truth = scores.map((_, c) => isClass(targs.data, c));
  const share = Float64Array.from(truth, (marks) => marks.reduce((count, mark, i) => count + mark * weightOf(weights, i), 0) / items);
  const [each, shares] = multiClass === "ovr" ? [onePerClass(scores, truth, weights), share] : onePerPair(scores, truth, share);
  return average === "macro" ? mean(each) : weighted(each, shares);
}

function column(table: ArrayLike<number>, c: number, classes: number): Float32Array {
  const values = new Float32Array(table.length / classes);
  for (let i = 0, at = c; i < values.length; i++, at += classes) values[i] = table[at] ?? 0;
  return values;
}

function isClass(ids: ArrayLike<number>, c: number): Uint8Array {
  const marks = new Uint8Array(ids.length);
  for (let i = 0; i < marks.length; i++) if (ids[i] === c) marks[i] = 1;
  return marks;
}

function onePerClass(scores: readonly Float32Array[], truth: readonly Uint8Array[], weights: Weights): Float64Array {
  return Float64Array.from(scores, (score, c) => rocAucOf(score, truth[c] ?? [], 1, weights));
}

/** Mean of both directions for every unordered pair, and the share of items that the pair has. */
function onePerPair(scores: readonly Float32Array[], truth: readonly Uint8Array[], share: Float64Array): [Float64Array, Float64Array] {
  const [each, weights]: [number[], number[]] = [[], []];
  for (let a = 0; a < scores.length; a++) {
    for (let b = a + 1; b < scores.length; b++) {
      const inPair = (_: number, i: number): boolean => truth[a]?.[i] === 1 || truth[b]?.[i] === 1;
      const auc = (c: number): number => rocAucOf(scores[c]?.filter(inPair) ?? [], truth[c]?.filter(inPair) ?? []);
      each.push((auc(a) + auc(b)) / 2);
      weights.push((share[a] ?? 0) + (share[b] ?? 0));
    }
  }
  return [Float64Array.from(each), Float64Array.from(weights)];
}
