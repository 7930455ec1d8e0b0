import { E_SCHEDULERS_PIECES } from "./errors.ts";
import { SchedCos, type Level, type Sched } from "./sched.ts";

/**
 * One schedule after the other, the i-th for the share `pcts[i]`.
 * @throws E_SCHEDULERS_PIECES unless there are as many shares as schedules, none negative, that add up to 1 (within 1e-6)
 * @source fastai.callback.schedule.combine_scheds
 */
export function combineScheds(pcts: readonly number[], scheds: readonly Sched[]): Sched {
  const [borders, total] = check(pcts, scheds.length);
  return (exact) => {
    const pos = Math.fround(exact);
    const last = borders.findLastIndex((border) => pos >= border);
    const i = Math.max(0, Math.min(last, scheds.length - 1)); // of pieces that start together the last, so none of length 0
    const [start, end] = [borders[i] ?? 0, borders[i + 1] ?? total];
    const piece = scheds[i];
    if (piece === undefined) throw new RangeError("no schedule"); // check() refused an empty list
    return piece(end > start ? (pos - start) / (end - start) : 1);
  };
}

/** Cosine from start to middle in the share `pct`, from middle to end in the rest. `@source fastai combined_cos` */
export function combinedCos(pct: number, start: Level, middle: Level, end: Level): Sched {
  return combineScheds([pct, 1 - pct], [SchedCos(start, middle), SchedCos(middle, end)]);
}

/** Where the pieces start, and where the last ends. Single precision, as in fastai, decides which piece a border belongs to. */
function check(pcts: readonly number[], count: number): readonly [borders: readonly number[], total: number] {
  if (pcts.length !== count || count === 0)
    throw E_SCHEDULERS_PIECES({
      problem: "shares and schedules differ in number",
      expected: `${count} shares, at least 1`,
      received: `${pcts.length}`,
    });
  const wrong = pcts.find((pct) => !(pct >= 0));
  if (wrong !== undefined) throw E_SCHEDULERS_PIECES({ problem: "a share is negative", expected: "shares ≥ 0", received: String(wrong) });
  const borders: number[] = [];
  let total = 0;
  for (const pct of pcts) {
    borders.push(total);
    total = Math.fround(total + Math.fround(pct));
  }
  if (Math.abs(total - 1) > 1e-6)
    throw E_SCHEDULERS_PIECES({ problem: "the shares do not add up to 1", expected: "a sum of 1", received: String(total) });
  return [borders, total];
}
