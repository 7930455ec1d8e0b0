import type { OptFunc } from "@fastap/kernel";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, decay, sgdStep } from "./step.ts";

export interface SGDOptions {
  /** 0 builds plain SGD; scheduling momentum has an effect only if it starts above 0. Default 0. */
  readonly mom?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Decay the weights, not the gradients. Default true. */
  readonly decoupleWd?: boolean;
}

const defaults: Required<SGDOptions> = { mom: 0, wd: 0, decoupleWd: true };

/**
 * Stochastic gradient descent, with undamped momentum where `mom` is not 0. Given an engine it uses its fused step.
 * @throws E_OPTIMIZERS_OPTION
 * @source fastai.optimizer.SGD
 */
export function sgd(options?: SGDOptions, engine?: StepEngine): OptFunc {
  const { mom, wd, decoupleWd } = parseOptions("sgd", defaults, options);
  const average = mom === 0 ? [] : [averageGrad(false)];
  const fused = engine && fusedStep(engine, { rule: "sgd", keeps: mom === 0 ? [] : ["avg"], decoupleWd });
  return optFunc({ name: "sgd", hypers: { mom, wd }, steps: [decay(decoupleWd), ...average, sgdStep], fused });
}
