import type { Check, GoldenCase } from "../adapter.ts";
import { decodeNumber, decodeTensor } from "../tensor.ts";
import { isSummary } from "./layer-case.ts";
import { absmax, norm, summaryChecks, total } from "./summary-checks.ts";

/** How far a gradient may lie from what was captured: the length of the difference, as a part of the captured one's length. */
export interface GradientTolerance {
  readonly rel: number;
  /** Of the case: what a gradient of nothing but rounding may have. */
  readonly abs: number;
}

/**
 * Cases of deep nets on few rows say in their notes that gradients are compared by l2 norm: a ReLU whose input is a rounding error away from 0
 * turns all that lies before it. How much, the case has measured on PyTorch itself against float64; less than three times that is not to
 * be asked (README of the cases, `float32_noise_l2_rel`).
 */
export function gradientTolerance({ notes = "", expected, tolerance }: GoldenCase): GradientTolerance | undefined {
  const stated = /compare grads by l2 norm \(rel ([\d.e-]+)\)/.exec(notes)?.[1];
  if (stated === undefined) return undefined;
  const noise = (expected["float32_noise_l2_rel"] ?? {}) as { readonly param_grads_worst?: number };
  return { rel: Math.max(Number(stated), 3 * (noise.param_grads_worst ?? 0)), abs: tolerance.abs };
}

/** By the case's tolerance, or by the length of the difference: all that a summary tells is held to what follows from that. */
export function gradientChecks(path: string, got: readonly number[], want: unknown, loose: GradientTolerance | undefined): Check[] {
  if (loose === undefined || want === undefined) return summaryChecks(path, got, want);
  if (!isSummary(want)) {
    const all = decodeTensor(want).data.map(decodeNumber);
    return [distanceCheck(`${path}, distance`, got, all, loose.rel * norm(all) + loose.abs)];
  }
  const limit = loose.rel * want.l2 + loose.abs;
  const within = (abs: number): { readonly rel: number; readonly abs: number } => ({ rel: 0, abs });
  return [
    { path: `${path}, l2`, got: norm(got), want: want.l2, tolerance: within(limit) },
    { path: `${path}, sum`, got: total(got), want: want.sum, tolerance: within(limit * Math.sqrt(got.length)) },
    { path: `${path}, absmax`, got: absmax(got), want: want.absmax, tolerance: within(limit) },
    distanceCheck(`${path}, first`, got.slice(0, want.first.length), want.first, limit),
  ];
}

function distanceCheck(path: string, got: readonly number[], want: readonly number[], limit: number): Check {
  if (got.length !== want.length) return { path: `${path}.length`, got: got.length, want: want.length };
  return { path, got: norm(want.map((v, i) => v - (got[i] ?? NaN))), want: 0, tolerance: { rel: 0, abs: limit } };
}
