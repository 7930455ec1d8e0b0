/** What one output of a layer looked like. */
export interface LayerStats {
  readonly mean: number;
  /** Unbiased, divided by n − 1. */
  readonly std: number;
  /** Share of values of at most 0.05. */
  readonly nearZero: number;
  /** Counts in 40 bins over 0…10; values outside are in none. */
  readonly hist?: readonly number[];
}

export const BINS = 40;
const LAST = 10;

/** @source fastai.callback.hook.ActivationStats.hook */
export function layerStats(values: ArrayLike<number>, withHist: boolean): LayerStats {
  const n = values.length;
  let [total, near] = [0, 0];
  for (let i = 0; i < n; i++) {
    const value = values[i] ?? 0;
    total += value;
    if (value <= 0.05) near++;
  }
  const mean = total / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] ?? 0) - mean) ** 2;
  const stats = { mean, std: Math.sqrt(squares / (n - 1)), nearZero: near / n };
  return withHist ? { ...stats, hist: histogram(values) } : stats;
}

function histogram(values: ArrayLike<number>): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!(value >= 0 && value <= LAST)) continue;
    const bin = Math.min(BINS - 1, Math.floor((value * BINS) / LAST));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
