import type { OptFunc } from "@fastap/kernel";
import { add, div, mul, sqrt, square, sub } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, averageSqrGrad, countStep, debias, decay, moment, type StepInput } from "./step.ts";

export interface QHAdamOptions {
  /** Default 0.999. */
  readonly mom?: number;
  /** Default 0.999. */
  readonly sqrMom?: number;
  /** Share of the averaged gradient in the direction. Default 0.7. */
  readonly nu1?: number;
  /** Share of the averaged square in the denominator. Default 1. */
  readonly nu2?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Default true. */
  readonly decoupleWd?: boolean;
}

const defaults: Required<QHAdamOptions> = { mom: 0.999, sqrMom: 0.999, nu1: 0.7, nu2: 1, eps: 1e-8, wd: 0, decoupleWd: true };

/** Quasi-hyperbolic Adam; given an engine it uses its fused step. @throws E_OPTIMIZERS_OPTION @source fastai.optimizer.QHAdam, Ma & Yarats 2018, arXiv:1810.06801 */
export function qhadam(options?: QHAdamOptions, engine?: StepEngine): OptFunc {
  const { decoupleWd, ...hypers } = parseOptions("qhadam", defaults, options);
  const fused = engine && fusedStep(engine, { rule: "qhadam", keeps: ["avg", "sqrAvg", "step"], decoupleWd });
  return optFunc({ name: "qhadam", hypers, steps: [decay(decoupleWd), averageGrad(true), averageSqrGrad, countStep, qhadamStep], fused });
}

function qhadamStep(p: StepInput): void {
  const [nu1, nu2] = [p.hyper("nu1"), p.hyper("nu2")];
  const direction = add(mul(p.grad, 1 - nu1), mul(moment(p, "avg"), nu1 / debias(p, "mom")));
  const sqr = add(mul(square(p.grad), 1 - nu2), mul(moment(p, "sqrAvg"), nu2 / debias(p, "sqrMom")));
  p.param.assign(sub(p.param, mul(div(direction, add(sqrt(sqr), p.hyper("eps"))), p.hyper("lr"))));
}
