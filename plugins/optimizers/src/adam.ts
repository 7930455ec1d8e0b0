import type { FusedOps, OptFunc } from "@fastap/kernel";
import { parseOptions } from "./options.ts";
import { optFunc } from "./recipe.ts";
import { decay, moment, type Step } from "./step.ts";

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
export function adam(engine: { readonly ops: Pick<FusedOps, "adamStep"> }, options?: AdamOptions): OptFunc {
  const { decoupleWd, ...hypers } = parseOptions("adam", defaults, options);
  return optFunc({ name: "adam", hypers, steps: [decay(decoupleWd), adamStep(engine)] });
}

function adamStep(engine: { readonly ops: Pick<FusedOps, "adamStep"> }): Step {
  return (p) => {
    const t = p.state.increment("step");
    const hypers = { lr: p.hyper("lr"), mom: p.hyper("mom"), sqrMom: p.hyper("sqrMom"), eps: p.hyper("eps"), t };
    const [param, avg, sqrAvg] = engine.ops.adamStep(p.param, p.grad, moment(p, "avg"), moment(p, "sqrAvg"), hypers);
    p.param.assign(param);
    p.state.setTensor("avg", avg);
    p.state.setTensor("sqrAvg", sqrAvg);
  };
}
