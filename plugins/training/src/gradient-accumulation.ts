import type { Callback, Run, StageName } from "@fastap/kernel";
import { mul } from "@tensorflow/tfjs-core";
import { E_TRAINING_OPTION } from "./errors.ts";

export interface GradientAccumulationOptions {
  /** Items (not batches) whose mean gradient makes a step; default 32. */
  readonly nAcc?: number;
}

/**
 * Steps once per `nAcc` items: batches before only add to the gradient, and end before it is reduced and clipped. What an epoch leaves is
 * carried into the next one. `@source fastai.callback.training.GradientAccumulation`
 */
export class GradientAccumulation implements Callback {
  readonly name: string = "gradientAccumulation";
  readonly stage: StageName = "report"; // after who looks at the batch's own loss and gradient
  readonly runValid: boolean = false;
  readonly nAcc: number;
  readonly recipe: unknown;
  /** Items since the last step. */
  count = 0;

  /** @throws E_TRAINING_OPTION */
  constructor({ nAcc = 32 }: GradientAccumulationOptions) {
    if (!Number.isSafeInteger(nAcc) || nAcc < 1)
      throw E_TRAINING_OPTION({
        callback: this.name,
        problem: `nAcc must be a whole number ≥ 1, not ${nAcc}`,
        known: ["nAcc"],
        option: "nAcc",
      });
    this.nAcc = nAcc;
    this.recipe = { nAcc };
  }

  beforeFit(): void {
    this.count = 0;
  }

  afterLoss(run: Run): void {
    if (run.lossGrad !== undefined) run.lossGrad = mul(run.lossGrad, sizeOf(run) / this.nAcc);
  }

  afterBackward(run: Run): void {
    this.count += sizeOf(run);
    if (this.count < this.nAcc) run.cancel("batch");
    this.count = 0;
  }

  state(): unknown {
    return { count: this.count };
  }

  restore(state: unknown): void {
    this.count = (state as { readonly count: number }).count;
  }
}

/** @throws E_TRAINING_OPTION */
export function gradientAccumulation(options: GradientAccumulationOptions = {}): GradientAccumulation {
  return new GradientAccumulation(options);
}

/** Items of the batch. */
function sizeOf({ yb }: Run): number {
  return yb[0]?.shape[0] ?? 1;
}
