import { Message } from "./message.ts";

/** Buckets between the least and the greatest value. */
const BUCKETS = 30;

/** A HistogramProto of the finite values. */
export function histogram(values: ArrayLike<number>): Message {
  const finite = Array.from(values).filter(Number.isFinite);
  const sum = (f: (value: number) => number): number => finite.reduce((total, value) => total + f(value), 0);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const [min, max] = finite.length === 0 ? [0, 0] : [low, high];
  const width = (max - min) / BUCKETS || 1;
  const limits = Array.from({ length: BUCKETS }, (_, i) =>
    i === BUCKETS - 1 ? Math.max(max, min + width * BUCKETS) : min + width * (i + 1),
  );
  const counts = limits.map(() => 0);
  for (const value of finite) {
    const i = Math.min(BUCKETS - 1, Math.floor((value - min) / width));
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return new Message()
    .double(1, min)
    .double(2, max)
    .double(3, finite.length)
    .double(
      4,
      sum((value) => value),
    )
    .double(
      5,
      sum((value) => value * value),
    )
    .doubles(6, limits)
    .doubles(7, counts);
}
