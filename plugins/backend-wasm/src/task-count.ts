/** Multiply-adds below which a job is not worth a second thread, half a millisecond: a worker that is not awake, or not on a processor, costs more. */
const LARGE = 2 ** 24;
/** Tasks of each thread: more would even out what else the machine does, but every task packs one operand for itself. */
const PER_THREAD = 2;

/** Whether that much work may be cut into tasks. */
export function isLarge(multiplyAdds: number): boolean {
  return multiplyAdds >= LARGE;
}

/** Into how many tasks to cut that much work; 1 for small work and for one thread. Only for cuts that do not show in the numbers. */
export function taskCount(multiplyAdds: number, threads: number): number {
  return isLarge(multiplyAdds) && threads > 1 ? PER_THREAD * threads : 1;
}

/** Length of the pieces when `length` is cut in at most `count`, each a multiple of `unit` and at least `least`. */
export function pieceLength(length: number, count: number, { unit = 1, least = 1 }: { unit?: number; least?: number } = {}): number {
  return Math.max(Math.ceil(length / count / unit) * unit, least);
}
