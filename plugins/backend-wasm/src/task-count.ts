/** Multiply-adds below which a job is not worth a second thread, half a millisecond: a worker that is not awake, or not on a processor, costs more. */
const LARGE = 2 ** 24;
/** Multiply-adds in a task, at least. */
const GRAIN = 2 ** 20;
const MOST_TASKS = 16;

/** Into how many tasks to cut that much work; 1 for small work. It does not depend on the number of threads. */
export function taskCount(multiplyAdds: number): number {
  return multiplyAdds < LARGE ? 1 : Math.min(MOST_TASKS, Math.floor(multiplyAdds / GRAIN));
}

/** Length of the pieces when `length` is cut in at most `count`, each a multiple of `unit` and at least `least`. */
export function pieceLength(length: number, count: number, { unit = 1, least = 1 }: { unit?: number; least?: number } = {}): number {
  return Math.max(Math.ceil(length / count / unit) * unit, least);
}
