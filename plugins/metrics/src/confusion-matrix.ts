/** Counts with a row per actual and a column per predicted label; pairs with a label that is not listed are left out. */
export function confusionMatrix(preds: ArrayLike<number>, targs: ArrayLike<number>, labels: readonly number[]): number[][] {
  const at = new Map(labels.map((label, i) => [label, i]));
  const size = labels.length;
  const counts = new Float64Array(size * size);
  for (let i = 0; i < preds.length; i++) {
    const [row, column] = [at.get(targs[i] ?? 0), at.get(preds[i] ?? 0)];
    if (row === undefined || column === undefined) continue;
    const cell = row * size + column;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return labels.map((_, row) => [...counts.subarray(row * size, (row + 1) * size)]);
}
