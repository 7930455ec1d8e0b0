import { weightOf, type Weights } from "./sample-weight.ts";

/** Counts, or sums of weights, with a row per actual and a column per predicted label; pairs with a label that is not listed are left out. */
export function confusionMatrix(
  preds: ArrayLike<number>,
  targs: ArrayLike<number>,
  labels: readonly number[],
  weights?: Weights,
): number[][] {
  const at = new Map(labels.map((label, i) => [label, i]));
  const size = labels.length;
  const counts = new Float64Array(size * size);
  for (let i = 0; i < preds.length; i++) {
    const [row, column] = [at.get(targs[i] ?? 0), at.get(preds[i] ?? 0)];
    if (row === undefined || column === undefined) continue;
    const cell = row * size + column;
    counts[cell] = (counts[cell] ?? 0) + weightOf(weights, i);
  }
  return labels.map((_, row) => [...counts.subarray(row * size, (row + 1) * size)]);
}
