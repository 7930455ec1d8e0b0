import type { LocalRate, OptFunc } from "@fastap/kernel";
import { add, div, equal, minimum, mul, norm, sub, where } from "@tensorflow/tfjs-core";
import { fusedStep, type StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { averageGrad, decay, moment, type Step, type StepInput } from "./step.ts";

export interface LarcOptions {
  /** Default 0.9. */
  readonly mom?: number;
  /** Limit the local rate to `lr` (LARC); false is LARS. Default true. */
  readonly clip?: boolean;
  /** Default 0.02. */
  readonly trustCoeff?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0. */
  readonly wd?: number;
  /** Default true. */
  readonly decoupleWd?: boolean;
  /** Step a parameter whose norm is 0 at `lr`, so that one that starts at zeros learns; default false, as fastai: it never moves. */
  readonly moveZeros?: boolean;
}

const defaults: Required<LarcOptions> = {
  mom: 0.9,
  clip: true,
  trustCoeff: 0.02,
  eps: 1e-8,
  wd: 0,
  decoupleWd: true,
  moveZeros: false,
};

/**
 * Layer-wise rates from the ratio of weight norm to gradient norm. A parameter that is all zeros never moves, as in fastai, unless `moveZeros`.
 * Given an engine it uses its fused step.
 * @throws E_OPTIMIZERS_OPTION
 * @source fastai.optimizer.Larc, You et al. 2017, arXiv:1708.03888
 */
export function larc(options?: LarcOptions, engine?: StepEngine): OptFunc {
  const { decoupleWd, clip, moveZeros, ...hypers } = parseOptions("larc", defaults, options);
  const averages = hypers.mom !== 0;
  const local = (p: StepInput): LocalRate => ({ trustCoeff: p.hyper("trustCoeff"), wd: p.hyper("wd"), clip, moveZeros });
  const fused = engine && fusedStep(engine, { rule: "larc", keeps: averages ? ["avg"] : [], decoupleWd, local });
  const steps = [decay(decoupleWd), ...(averages ? [averageGrad(false)] : []), localLr(clip, moveZeros), larcStep];
  return optFunc({ name: "larc", hypers, steps, fused });
}

/** `localLr` ← lr·trust·‖θ‖ / (‖g‖ + wd·‖θ‖ + eps), a scalar. */
function localLr(clip: boolean, moveZeros: boolean): Step {
  return (p) => {
    const size = norm(p.param);
    const scale = add(add(norm(p.grad), mul(size, p.hyper("wd"))), p.hyper("eps"));
    const rate = div(mul(size, p.hyper("lr") * p.hyper("trustCoeff")), scale);
    const local = clip ? minimum(rate, p.hyper("lr")) : rate;
    p.state.setTensor("localLr", moveZeros ? where(equal(size, 0), p.hyper("lr"), local) : local);
  };
}

function larcStep(p: StepInput): void {
  p.param.assign(sub(p.param, mul(p.state.tensors.get("avg") ?? p.grad, moment(p, "localLr"))));
}
