import type { Hypers, OptFunc } from "@fastap/kernel";
import type { FusedStep } from "./fused.ts";
import { StepOptimizer } from "./optimizer.ts";
import type { Step } from "./step.ts";

/** An update rule: hypers with their defaults (`lr` comes from the Learner) and the steps for one parameter, in order. */
export interface Recipe {
  readonly name: string;
  readonly hypers: Hypers;
  readonly steps: readonly Step[];
  /** All of `steps` for many parameters in one call, where an engine has that. */
  readonly fused?: FusedStep | undefined;
}

/** Makes the function that a Learner calls with its parameter groups. `@source fastai's opt_func` */
export function optFunc(recipe: Recipe): OptFunc {
  return (groups, options) => new StepOptimizer(recipe, groups, options);
}
