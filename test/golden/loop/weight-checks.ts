import type { StateDict } from "@fastap/kernel";
import type { Check } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";

/** Share of the learning rate that rounding can move a parameter by in one step of an adaptive optimizer: noise 1e-7 over eps 1e-5. */
const NOISE = 0.02;

/**
 * Every weight against the case. A bias that a batch norm follows has no effect and, but for rounding, no gradient; adaptive optimizers blow the
 * rounding up, so nobody can match another library's there: it is held to what rounding allows, from the sum of the learning rates.
 * `lrSum` is 0 for others.
 */
export function weightChecks(path: string, got: StateDict, want: Readonly<Record<string, unknown>>, lrSum: number): Check[] {
  return Object.entries(want).flatMap(([name, json]): Check[] => {
    const [ours, theirs] = [Array.from(got.get(name)?.data ?? [], Number), decodeTensor(json).data];
    if (lrSum === 0 || !hasNoEffect(name, want)) return [{ path: `${path}.${name}`, got: ours, want: theirs }];
    const near = ours.length === theirs.length && ours.every((value, i) => Math.abs(value - (theirs[i] ?? NaN)) <= NOISE * lrSum + 1e-5);
    return [{ path: `${path}.${name} within what rounding does to a bias without effect`, got: near, want: true }];
  });
}

/** Such a bias, or the running mean that follows it. */
function hasNoEffect(name: string, weights: Readonly<Record<string, unknown>>): boolean {
  const [, prefix = "", index = "", key] = /^(.*?\.?)(\d+)\.(\w+)$/.exec(name) ?? [];
  const isNorm = (i: number): boolean => `${prefix}${i}.running_mean` in weights;
  const linear = key === "bias" ? Number(index) : Number(index) - 1;
  return (key === "bias" || key === "running_mean") && !isNorm(linear) && isNorm(linear + 1) && `${prefix}${linear}.bias` in weights;
}
