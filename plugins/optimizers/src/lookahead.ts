import type { OptFunc } from "@fastap/kernel";
import { add, clone, mul, sub } from "@tensorflow/tfjs-core";
import { E_OPTIMIZERS_OPTION } from "./errors.ts";
import type { FusedStep, StepEngine } from "./fused.ts";
import { parseOptions } from "./options.ts";
import { radamDefaults, radamRecipe, type RAdamOptions } from "./radam.ts";
import { optFunc, type Recipe } from "./recipe.ts";
import { moment, runSteps, type StepInput } from "./step.ts";

export interface LookaheadOptions {
  /** Fast steps between two slow ones. Default 6. */
  readonly k?: number;
  /** Share of the way that the slow weights go. Default 0.5. */
  readonly alpha?: number;
}

const defaults: Required<LookaheadOptions> = { k: 6, alpha: 0.5 };

/**
 * Wraps an update rule: every `k` steps the slow weights move by `alpha` towards the fast ones, which then restart from there.
 * Given an engine it moves all of them in one of its fused steps.
 * @throws E_OPTIMIZERS_OPTION
 * @source fastai.optimizer.Lookahead, Zhang et al. 2019, arXiv:1907.08610
 */
export function lookahead(inner: Recipe, options?: LookaheadOptions, engine?: StepEngine): Recipe {
  const hypers = parseOptions("lookahead", defaults, options);
  if (!Number.isInteger(hypers.k) || hypers.k < 1) {
    throw E_OPTIMIZERS_OPTION({
      optimizer: inner.name,
      problem: `k must be a whole number above 0, not ${hypers.k}`,
      known: Object.keys(hypers),
    });
  }
  const { fused } = inner;
  const sync: FusedStep = engine === undefined ? (due) => runSteps([moveSlow], due) : (due) => moveAllSlow(engine, due);
  return {
    ...inner,
    hypers: { ...inner.hypers, ...hypers },
    steps: [startSlow, ...inner.steps, (p) => isDue(p) && moveSlow(p)],
    fused: fused && ((inputs) => (runSteps([startSlow], inputs), fused(inputs), sync(inputs.filter(isDue)))),
  };
}

export type RangerOptions = RAdamOptions & LookaheadOptions;

const rangerDefaults: Required<RangerOptions> = { ...radamDefaults, mom: 0.95, wd: 0.01, eps: 1e-6, ...defaults };

/** RAdam under Lookahead; given an engine it uses its fused step. @throws E_OPTIMIZERS_OPTION @source fastai.optimizer.ranger */
export function ranger(options?: RangerOptions, engine?: StepEngine): OptFunc {
  const { k, alpha, ...inner } = parseOptions("ranger", rangerDefaults, options);
  return optFunc(lookahead(radamRecipe("ranger", inner, engine), { k, alpha }, engine));
}

function startSlow(p: StepInput): void {
  if (!p.state.tensors.has("slow")) p.state.setTensor("slow", clone(p.param));
}

function isDue(p: StepInput): boolean {
  return p.state.increment("count") % p.hyper("k") === 0;
}

function moveSlow(p: StepInput): void {
  const slow = moment(p, "slow");
  p.state.setTensor("slow", add(slow, mul(sub(p.param, slow), p.hyper("alpha"))));
  p.param.assign(moment(p, "slow"));
}

/** The same of all at once. */
function moveAllSlow(engine: StepEngine, due: readonly StepInput[]): void {
  const nothing = { lr: 0, sqrMom: 0, eps: 0, t: 0, wd: 0, l2: 0 };
  const items = due.map((p) => ({ param: p.param, grad: p.param, avg: moment(p, "slow"), mom: 1 - p.hyper("alpha"), ...nothing }));
  for (const [i, { param, avg }] of engine.ops.optimizerStep("lookahead", items).entries()) {
    const p = due[i];
    if (p === undefined || avg === undefined) continue;
    if (param !== p.param) p.param.assign(param);
    p.state.setTensor("slow", avg);
  }
}
