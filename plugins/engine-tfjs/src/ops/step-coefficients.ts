import type { LocalRate, StepHypers, StepRule } from "@fastap/kernel";

/**
 * What every rule comes to for one parameter at one step:
 *
 * θ′ = keep·θ, g = grad + l2·θ′, a = mom·avg + damp·g (g without an average), s = sqrMom·sqrAvg + sqrDamp·g²,
 * u = avgShare·a + gradShare·g, over x = √(correction·s + sqrGradShare·g²) + eps if it `divides`, or over softplus(sharpness·x) / sharpness
 * where that is not 0, θ ← θ′ − rate·u; where it `trusts`, rate is multiplied by rms(θ′) / rms(u), at most 10, and by 1 where either is 0;
 * where it has a `local` rate, that takes its place.
 */
export interface Coefficients {
  readonly keep: number;
  readonly l2: number;
  readonly mom: number;
  readonly damp: number;
  readonly sqrMom: number;
  readonly sqrDamp: number;
  readonly avgShare: number;
  readonly gradShare: number;
  readonly correction: number;
  readonly sqrGradShare: number;
  readonly eps: number;
  readonly rate: number;
  readonly divides: boolean;
  readonly sharpness: number;
  readonly trusts: boolean;
  readonly local: LocalRate | undefined;
}

type Changing = Pick<Coefficients, "divides"> &
  Partial<
    Pick<
      Coefficients,
      "keep" | "damp" | "avgShare" | "gradShare" | "correction" | "sqrGradShare" | "rate" | "sharpness" | "trusts" | "local"
    >
  >;

const DIVIDED: Changing = { divides: true };
const UNDIVIDED: Changing = { divides: false };

/** By rule what is not as in RMSProp. */
const RULES: Readonly<Record<StepRule, (hypers: StepHypers) => Changing>> = {
  sgd: () => UNDIVIDED,
  larc: ({ local }) => ({ divides: false, local }),
  /** a is what the parameter becomes. */
  lookahead: ({ mom }) => ({ keep: 0, damp: 1 - mom, rate: -1, divides: false }),
  rmsprop: () => DIVIDED,
  adam: debiased,
  lamb: (hypers) => ({ ...debiased(hypers), trusts: true }),
  radam: (hypers) => ({ ...debiased(hypers), ...rectified(hypers) }),
  qhadam(hypers) {
    const { nu1 = 1, nu2 = 1 } = hypers;
    const { damp, avgShare, correction } = debiased(hypers);
    return { damp, avgShare: nu1 * avgShare, gradShare: 1 - nu1, correction: nu2 * correction, sqrGradShare: 1 - nu2, divides: true };
  },
};

/** Every parameter passes here at every step: one plain literal, as spreads take longer than a small parameter's arithmetic. */
export function coefficients(rule: StepRule, hypers: StepHypers): Coefficients {
  const own = RULES[rule](hypers);
  const {
    keep = 1 - hypers.lr * hypers.wd,
    damp = 1,
    avgShare = 1,
    gradShare = 0,
    correction = 1,
    sqrGradShare = 0,
    rate = hypers.lr,
    sharpness = 0,
    trusts = false,
  } = own;
  return {
    keep,
    l2: hypers.l2,
    mom: hypers.mom,
    damp,
    sqrMom: hypers.sqrMom,
    sqrDamp: 1 - hypers.sqrMom,
    avgShare,
    gradShare,
    correction,
    sqrGradShare,
    eps: hypers.eps,
    rate,
    divides: own.divides,
    sharpness,
    trusts,
    local: own.local,
  };
}

/** Averages start at 0: what `t` steps have made of them is divided by the weight of these. */
function debiased({ mom, sqrMom, t }: StepHypers): Pick<Coefficients, "damp" | "avgShare" | "correction" | "divides"> {
  return { damp: 1 - mom, avgShare: 1 / (1 - mom ** t), correction: 1 / (1 - sqrMom ** t), divides: true };
}

/** The mean square is used once its approximated degrees of freedom exceed 5. @source Liu et al. 2019, arXiv:1908.03265 */
function rectified({ lr, sqrMom, t, beta }: StepHypers): Changing {
  const most = 2 / (1 - sqrMom) - 1;
  const r = most - (2 * t * sqrMom ** t) / (1 - sqrMom ** t);
  if (r <= 5) return UNDIVIDED;
  const rate = lr * Math.sqrt(((r - 4) * (r - 2) * most) / ((most - 4) * (most - 2) * r));
  return { rate, divides: true, sharpness: beta ?? 0 };
}
