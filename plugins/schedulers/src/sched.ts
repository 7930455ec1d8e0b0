import { E_SCHEDULERS_GROUPS } from "./errors.ts";

/** One value, or one per parameter group. */
export type Level = number | readonly number[];

/** A value for each position 0…1 in a fit. */
export type Sched<L extends Level = Level> = (pos: number) => L;

type Curve = (start: number, end: number, pos: number) => number;

/** A straight line. `@source fastai.callback.schedule.SchedLin` */
export function SchedLin(start: Level, end: Level): Sched {
  return between(start, end, (s, e, pos) => s + pos * (e - s));
}

/** Half a cosine wave. `@source fastai.callback.schedule.SchedCos` */
export function SchedCos(start: Level, end: Level): Sched {
  return between(start, end, (s, e, pos) => s + ((1 + Math.cos(Math.PI * (1 - pos))) * (e - s)) / 2);
}

/** Stays at start. `@source fastai.callback.schedule.SchedNo` */
export function SchedNo(start: Level, end: Level): Sched {
  return between(start, end, (s) => s);
}

/** Equal ratios. `@source fastai.callback.schedule.SchedExp` */
export function SchedExp(start: Level, end: Level): Sched {
  return between(start, end, (s, e, pos) => s * (e / s) ** pos);
}

/** A power of the position. `@source fastai.callback.schedule.SchedPoly` */
export function SchedPoly(start: Level, end: Level, power: number): Sched {
  return between(start, end, (s, e, pos) => s + (e - s) * pos ** power);
}

/** A curve for each group. @throws E_SCHEDULERS_GROUPS */
function between(start: Level, end: Level, curve: Curve): Sched {
  if (typeof start === "number" && typeof end === "number") return (pos) => curve(start, end, pos);
  const size = typeof start === "number" ? lengthOf(end) : start.length;
  const [starts, ends] = [spread(start, size), spread(end, size)];
  if (starts.length !== ends.length) throw E_SCHEDULERS_GROUPS({ start: starts.length, end: ends.length });
  return (pos) => starts.map((s, i) => curve(s, ends[i] ?? s, pos));
}

function lengthOf(level: Level): number {
  return typeof level === "number" ? 1 : level.length;
}

function spread(level: Level, size: number): readonly number[] {
  return typeof level === "number" ? Array.from({ length: size }, () => level) : level;
}
