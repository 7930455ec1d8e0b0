/** One line of output, as `torch_steps.py` prints it. */
export interface Timing {
  readonly case: string;
  readonly variant: string;
  readonly threads: number;
  readonly median_ms: number;
  readonly best_ms: number;
  readonly runs: number;
}

export function timing(of: Pick<Timing, "case" | "variant" | "threads">, ms: readonly number[]): Timing {
  return { ...of, median_ms: rounded(median(ms)), best_ms: rounded(Math.min(...ms)), runs: ms.length };
}

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
