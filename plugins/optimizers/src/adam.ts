import type { OptFunc } from "@fastap/kernel";
import { add, div, mul, sqrt, sub } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, averageSqrGrad, countStep, debias, decay, moment, type StepInput } from "./step.ts";

export interface AdamOptions {
  /** β₁. Default 0.9. */
  readonly mom?: number;
  /** β₂. Default 0.99, not Adam's usual 0.999. */
  readonly sqrMom?: number;
  /** Added outside the root. Default 1e-5. */
  readonly eps?: number;
  /** Default 0.01. */
  readonly wd?: number;
  /** Decay the weights (AdamW), not the gradients. Default true. */
  readonly decoupleWd?: boolean;
}

const defaults: Required<AdamOptions> = { mom: 0.9, sqrMom: 0.99, eps: 1e-5, wd: 0.01, decoupleWd: true };

/** Adam with decoupled weight decay, on the engine's fused step. @throws E_OPTIMIZERS_OPTION @source fastai.optimizer.Adam */
export function adam(engine: StepEngine, options?: AdamOptions): OptFunc {
  const { decoupleWd, ...hypers } = parseOptions("adam", defaults, options);
  const fused = fusedStep(engine, { rule: "adam", keeps: ["avg", "sqrAvg", "step"], decoupleWd });
  return optFunc({ name: "adam", hypers, steps: [decay(decoupleWd), averageGrad(true), averageSqrGrad, countStep, adamStep], fused });
}

function adamStep(p: StepInput): void {
  const root = add(sqrt(div(moment(p, "sqrAvg"), debias(p, "sqrMom"))), p.hyper("eps"));
  p.param.assign(sub(p.param, mul(div(moment(p, "avg"), root), p.hyper("lr") / debias(p, "mom"))));
}
