import type { FusedOps, LocalRate, StepItem, StepRule } from "@fastap/kernel";
import { moment, type StepInput } from "./step.ts";

/** What a fused rule asks of an engine. */
export interface StepEngine {
  readonly ops: Pick<FusedOps, "optimizerStep">;
}

/** A step of a whole rule over all due parameters at once. */
export type FusedStep = (inputs: readonly StepInput[]) => void;

export interface FusedRule {
  readonly rule: StepRule;
  /** Which moments and counts the rule keeps. */
  readonly keeps: readonly ("avg" | "sqrAvg" | "step")[];
  readonly decoupleWd: boolean;
  /** How larc makes a rate of norms. */
  readonly local?: (p: StepInput) => LocalRate;
}

/** The engine's step for a rule; the recipe's own steps say the same one parameter at a time. */
export function fusedStep(engine: StepEngine, { rule, keeps, decoupleWd, local }: FusedRule): FusedStep {
  const [averages, squares, counts] = [keeps.includes("avg"), keeps.includes("sqrAvg"), keeps.includes("step")];
  // Every parameter passes here at every step: plain literals, as spreads take longer than a small parameter's arithmetic.
  const itemOf = (p: StepInput): StepItem => {
    const [wd, l2] = decaysOf(p, decoupleWd);
    return {
      param: p.param,
      grad: p.grad,
      avg: averages ? moment(p, "avg") : undefined,
      sqrAvg: squares ? moment(p, "sqrAvg") : undefined,
      lr: p.hyper("lr"),
      mom: hyperOf(p, "mom") ?? 0,
      sqrMom: hyperOf(p, "sqrMom") ?? 0,
      eps: hyperOf(p, "eps") ?? 0,
      t: counts ? p.state.increment("step") : 0,
      wd,
      l2,
      nu1: hyperOf(p, "nu1"),
      nu2: hyperOf(p, "nu2"),
      beta: hyperOf(p, "beta"),
      local: local?.(p),
    };
  };
  return (inputs) => {
    const results = engine.ops.optimizerStep(rule, inputs.map(itemOf));
    inputs.forEach((input, i) => {
      const result = results[i];
      if (result === undefined) return;
      const { param, avg, sqrAvg, localRate } = result;
      if (param !== input.param) input.param.assign(param);
      if (avg !== undefined) input.state.setTensor("avg", avg);
      if (sqrAvg !== undefined) input.state.setTensor("sqrAvg", sqrAvg);
      if (localRate !== undefined) input.state.setTensor("localLr", localRate);
    });
  };
}

function decaysOf(p: StepInput, decoupleWd: boolean): readonly [wd: number, l2: number] {
  const wd = p.doWd ? p.hyper("wd") : 0;
  return decoupleWd ? [wd, 0] : [0, wd];
}

function hyperOf(p: StepInput, name: string): number | undefined {
  return p.knows(name) ? p.hyper(name) : undefined;
}
