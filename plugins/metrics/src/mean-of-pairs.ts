import type { Rows } from "./rows.ts";
import { totalOf, weightOf, type Weights } from "./sample-weight.ts";

/** Mean, by weight, of a figure of one prediction and its target. */
export function meanOfPairs(preds: Rows, targs: Rows, f: (pred: number, targ: number) => number, weights?: Weights): number {
  const [p, t] = [preds.data, targs.data];
  let total = 0;
  for (let i = 0; i < p.length; i++) total += f(p[i] ?? 0, t[i] ?? 0) * weightOf(weights, i);
  return total / totalOf(weights, p.length);
}

/** Share of pairs that differ. */
export function mismatchRate(preds: Rows, targs: Rows, weights?: Weights): number {
  return meanOfPairs(preds, targs, (p, t) => Number(p !== t), weights);
}
