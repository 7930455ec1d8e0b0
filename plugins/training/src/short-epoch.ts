import type { Callback } from "@fastap/kernel";
import { E_TRAINING_OPTION } from "./errors.ts";

export interface ShortEpochOptions {
  /** Share of the batches, 0…1; default 0.01. */
  readonly pct?: number;
  /** Shorten validation too; default true. */
  readonly shortValid?: boolean;
}

/** Ends a phase after a share of its batches, to try a recipe out. What it ends is not in the record. `@source fastai.callback.training.ShortEpochCallback` */
export function shortEpoch({ pct = 0.01, shortValid = true }: ShortEpochOptions = {}): Callback {
  if (!(pct >= 0 && pct <= 1))
    throw E_TRAINING_OPTION({ callback: "shortEpoch", problem: `pct must be from 0 to 1, not ${pct}`, known: ["pct"], option: "pct" });
  return {
    name: "shortEpoch",
    recipe: { pct, shortValid },
    afterBatch(run) {
      if (run.iter / run.nIter < pct) return;
      if (run.training) run.cancel("train");
      if (shortValid) run.cancel("validate");
    },
  } as Callback;
}
