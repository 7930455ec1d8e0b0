/** Which of two values is better. */
export type Direction = "less" | "greater";

/** Less is better for what is called a loss or an error. `@source fastai.callback.tracker.TrackerCallback` */
export function directionOf(monitor: string): Direction {
  return /loss|error/.test(monitor) ? "less" : "greater";
}

/** Whether `value` is better than `best` by more than `minDelta`; NaN never is. */
export function improves(
  value: number,
  best: number,
  { direction, minDelta }: { readonly direction: Direction; readonly minDelta: number },
): boolean {
  return direction === "less" ? value + minDelta < best : value - minDelta > best;
}

/** What every number improves on. */
export function worst(direction: Direction): number {
  return direction === "less" ? Infinity : -Infinity;
}
