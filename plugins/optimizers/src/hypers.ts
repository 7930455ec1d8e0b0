import type { HyperValue, Slice } from "@fastap/kernel";
import { E_OPTIMIZERS_HYPER_COUNT, E_OPTIMIZERS_HYPER_VALUE } from "./errors.ts";

/**
 * Spreads one hyper over `groups` parameter groups: a number goes to all, `{ slice: [null, hi] }` gives hi/10 to all but the last,
 * `{ slice: [lo, hi] }` grows geometrically, a list must have one value per group.
 * @throws E_OPTIMIZERS_HYPER_COUNT, E_OPTIMIZERS_HYPER_VALUE
 * @source fastai.optimizer.Optimizer.set_hyper
 */
export function resolveHyper(name: string, value: HyperValue, groups: number): readonly number[] {
  const values = spread(value, groups);
  if (values.length !== groups) throw E_OPTIMIZERS_HYPER_COUNT({ name, values: values.length, groups });
  const allowed = name === "lr" ? isRate : Number.isFinite;
  if (!values.every(allowed)) throw E_OPTIMIZERS_HYPER_VALUE({ name, received: JSON.stringify(value) });
  return values;
}

/** Finite and not below 0, which would climb. */
function isRate(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function spread(value: HyperValue, groups: number): readonly number[] {
  if (typeof value === "number") return Array.from({ length: groups }, () => value);
  if (!isSlice(value)) return value;
  const [start, stop] = value.slice;
  // fastai asks whether start is truthy, so 0 counts as absent
  if (start === null || start === 0) return Array.from({ length: groups }, (_, i) => (i === groups - 1 ? stop : stop / 10));
  return evenMults(start, stop, groups);
}

function isSlice(value: readonly number[] | Slice): value is Slice {
  return !Array.isArray(value);
}

/** `n` values from start to stop in equal ratios; one value is stop. */
function evenMults(start: number, stop: number, n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => (i === n - 1 ? stop : start * (stop / start) ** (i / (n - 1))));
}
