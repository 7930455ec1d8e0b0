import type { Callback, Run } from "@fastap/kernel";
import { clipped } from "./clip.ts";
import { E_TRAINING_OPTION } from "./errors.ts";

export interface GradientClipOptions {
  /** Default 1. */
  readonly maxNorm?: number;
  /** Default 2; Infinity takes the largest value. */
  readonly normType?: number;
}

/** Scales the gradient of all parameters down to a norm, after everyone else has changed it. `@source fastai.callback.training.GradientClip` */
export function gradientClip({ maxNorm = 1, normType = 2 }: GradientClipOptions = {}): Callback {
  const bad = Object.entries({ maxNorm, normType }).find(([, value]) => !(value > 0));
  if (bad !== undefined)
    throw E_TRAINING_OPTION({
      callback: "gradientClip",
      problem: `${bad[0]} must be above 0`,
      known: ["maxNorm", "normType"],
      option: bad[0],
    });
  const taps = new WeakSet<Run>();
  return {
    name: "gradientClip",
    recipe: { maxNorm, normType },
    beforeFit(run) {
      if (taps.has(run)) return;
      taps.add(run);
      run.hooks.reduceGradients.tap({ name: "gradientClip", stage: 100 }, (grads) => {
        const scaled = clipped(grads, maxNorm, normType);
        for (const grad of grads.values()) grad.dispose();
        return scaled;
      });
    },
  };
}
