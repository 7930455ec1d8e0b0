import type { OptFunc } from "@fastap/kernel";
import { add, div, mul, sqrt, sub } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, averageSqrGrad, decay, moment, type StepInput } from "./step.ts";

export interface RMSPropOptions {
  /** Default 0: no momentum. */
  readonly mom?: number;
  /** Default 0.99. */
  readonly sqrMom?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Default true. */
  readonly decoupleWd?: boolean;
}

const defaults: Required<RMSPropOptions> = { mom: 0, sqrMom: 0.99, eps: 1e-8, wd: 0, decoupleWd: true };

/**
 * RMSProp. Unlike fastai 2.7 it honours `eps`. Given an engine it uses its fused step.
 * @throws E_OPTIMIZERS_OPTION
 * @source fastai.optimizer.RMSProp
 */
export function rmsprop(options?: RMSPropOptions, engine?: StepEngine): OptFunc {
  const { decoupleWd, ...hypers } = parseOptions("rmsprop", defaults, options);
  const average = hypers.mom === 0 ? [] : [averageGrad(false)];
  const fused = engine && fusedStep(engine, { rule: "rmsprop", keeps: hypers.mom === 0 ? ["sqrAvg"] : ["avg", "sqrAvg"], decoupleWd });
  return optFunc({ name: "rmsprop", hypers, steps: [decay(decoupleWd), ...average, averageSqrGrad, rmspropStep], fused });
}

function rmspropStep(p: StepInput): void {
  const direction = div(p.state.tensors.get("avg") ?? p.grad, add(sqrt(moment(p, "sqrAvg")), p.hyper("eps")));
  p.param.assign(sub(p.param, mul(direction, p.hyper("lr"))));
}
