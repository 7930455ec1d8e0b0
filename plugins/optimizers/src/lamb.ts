import type { OptFunc } from "@fastap/kernel";
import { add, div, equal, mean, minimum, mul, onesLike, sqrt, square, sub, where, type Tensor } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, averageSqrGrad, countStep, debias, decay, moment, type StepInput } from "./step.ts";

export interface LambOptions {
  /** Default 0.9. */
  readonly mom?: number;
  /** Default 0.99. */
  readonly sqrMom?: number;
  /** Default 1e-5. */
  readonly eps?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Default true. */
  readonly decoupleWd?: boolean;
}

const defaults: Required<LambOptions> = { mom: 0.9, sqrMom: 0.99, eps: 1e-5, wd: 0, decoupleWd: true };

/**
 * Adam's direction scaled by a trust ratio of at most 10. Given an engine it uses its fused step.
 * @throws E_OPTIMIZERS_OPTION
 * @source fastai.optimizer.Lamb, arXiv:1904.00962
 */
export function lamb(options?: LambOptions, engine?: StepEngine): OptFunc {
  const { decoupleWd, ...hypers } = parseOptions("lamb", defaults, options);
  const fused = engine && fusedStep(engine, { rule: "lamb", keeps: ["avg", "sqrAvg", "step"], decoupleWd });
  return optFunc({ name: "lamb", hypers, steps: [decay(decoupleWd), averageGrad(true), averageSqrGrad, countStep, lambStep], fused });
}

function lambStep(p: StepInput): void {
  const root = add(sqrt(div(moment(p, "sqrAvg"), debias(p, "sqrMom"))), p.hyper("eps"));
  const update = div(div(moment(p, "avg"), debias(p, "mom")), root);
  const trust = trustRatio(rms(p.param), rms(update));
  p.param.assign(sub(p.param, mul(update, mul(trust, p.hyper("lr")))));
}

function rms(x: Tensor): Tensor {
  return sqrt(mean(square(x)));
}

/** 1 where either norm is 0. Stays on the device: reading a scalar would stall it. */
function trustRatio(param: Tensor, update: Tensor): Tensor {
  const ratio = minimum(div(param, update), 10);
  return where(equal(mul(param, update), 0), onesLike(ratio), ratio);
}
