import type { FusedOps, StepRule } from "@fastap/kernel";
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
}

/** The engine's step for a rule; the recipe's own steps say the same one parameter at a time. */
export function fusedStep(engine: StepEngine, { rule, keeps, decoupleWd }: FusedRule): FusedStep {
  return (inputs) => {
    const items = inputs.map((p) => {
      const hyper = (name: "mom" | "sqrMom" | "eps"): number => (p.knows(name) ? p.hyper(name) : 0);
      const wd = p.doWd ? p.hyper("wd") : 0;
      return {
        ...{ param: p.param, grad: p.grad },
        avg: keeps.includes("avg") ? moment(p, "avg") : undefined,
        sqrAvg: keeps.includes("sqrAvg") ? moment(p, "sqrAvg") : undefined,
        ...{ lr: p.hyper("lr"), mom: hyper("mom"), sqrMom: hyper("sqrMom"), eps: hyper("eps") },
        t: keeps.includes("step") ? p.state.increment("step") : 0,
        ...{ wd: decoupleWd ? wd : 0, l2: decoupleWd ? 0 : wd },
      };
    });
    for (const [i, { param, avg, sqrAvg }] of engine.ops.optimizerStep(rule, items).entries()) {
      const input = inputs[i];
      if (input === undefined) continue;
      if (param !== input.param) input.param.assign(param);
      if (avg !== undefined) input.state.setTensor("avg", avg);
      if (sqrAvg !== undefined) input.state.setTensor("sqrAvg", sqrAvg);
    }
  };
}
