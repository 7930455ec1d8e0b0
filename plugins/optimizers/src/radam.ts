import type { OptFunc } from "@fastap/kernel";
import { add, div, mul, softplus, sqrt, sub, type Tensor } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc, type Recipe } from "./recipe.ts";
import { averageGrad, averageSqrGrad, countStep, debias, decay, moment, type StepInput } from "./step.ts";

export interface RAdamOptions {
  /** Default 0.9. */
  readonly mom?: number;
  /** Default 0.99. */
  readonly sqrMom?: number;
  /** Default 1e-5. */
  readonly eps?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Sharpness of SAdam's softplus on the denominator; 0, the default, is RAdam. */
  readonly beta?: number;
  /** Default true. */
  readonly decoupleWd?: boolean;
}

export const radamDefaults: Required<RAdamOptions> = { mom: 0.9, sqrMom: 0.99, eps: 1e-5, wd: 0, beta: 0, decoupleWd: true };

/** Rectified Adam; given an engine it uses its fused step. @throws E_OPTIMIZERS_OPTION @source fastai.optimizer.RAdam, Liu et al. 2019, arXiv:1908.03265 */
export function radam(options?: RAdamOptions, engine?: StepEngine): OptFunc {
  return optFunc(radamRecipe("radam", parseOptions("radam", radamDefaults, options), engine));
}

/** RAdam's rule, for optimizers that build on it. */
export function radamRecipe(name: string, { decoupleWd, ...hypers }: Required<RAdamOptions>, engine: StepEngine | undefined): Recipe {
  const steps = [decay(decoupleWd), averageGrad(true), averageSqrGrad, countStep, radamStep];
  return { name, hypers, steps, fused: engine && fusedStep(engine, { rule: "radam", keeps: ["avg", "sqrAvg", "step"], decoupleWd }) };
}

/** The variance estimate is used once its approximated degrees of freedom exceed 5. */
function radamStep(p: StepInput): void {
  const sqrMom = p.hyper("sqrMom");
  const t = p.state.numbers.get("step") ?? 0;
  const rInf = 2 / (1 - sqrMom) - 1;
  const r = rInf - (2 * t * sqrMom ** t) / (1 - sqrMom ** t);
  const lr = p.hyper("lr") / debias(p, "mom");
  const avg = moment(p, "avg");
  if (r <= 5) {
    p.param.assign(sub(p.param, mul(avg, lr)));
    return;
  }
  const rectified = lr * Math.sqrt(((r - 4) * (r - 2) * rInf) / ((rInf - 4) * (rInf - 2) * r));
  p.param.assign(sub(p.param, mul(div(avg, denominator(p)), rectified)));
}

function denominator(p: StepInput): Tensor {
  const [eps, beta] = [p.hyper("eps"), p.hyper("beta")];
  const root = add(sqrt(div(moment(p, "sqrAvg"), debias(p, "sqrMom"))), eps);
  return beta === 0 ? root : div(softplus(mul(root, beta)), beta);
}
