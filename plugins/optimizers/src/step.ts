import { add, mul, square, sub, tidy, zerosLike, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import type { ParamState } from "./state.ts";

/** One parameter at one step. Tensors that a step makes are disposed after the last step, save those given to `state`. */
export interface StepInput {
  readonly param: Variable;
  /** Same shape as `param`. A step may replace it for those that follow, never dispose it. */
  grad: Tensor;
  readonly state: ParamState;
  /** Whether weight decay touches this parameter. */
  readonly doWd: boolean;
  /** The group's value of a hyper the recipe declares. */
  hyper(name: string): number;
  /** Whether the recipe declares a hyper. */
  knows(name: string): boolean;
}

/** A part of an update rule: reads and changes `param`, `grad` and `state`. `@source fastai's optimizer cbs` */
export type Step = (p: StepInput) => void;

/** Takes parameters through all steps, one after the other. */
export function runSteps(steps: readonly Step[], inputs: readonly StepInput[]): void {
  for (const input of inputs) {
    tidy(() => {
      for (const step of steps) step(input);
    });
  }
}

/** The stored moment, or zeros before the first step. */
export function moment(p: StepInput, key: string): Tensor {
  return p.state.tensors.get(key) ?? zerosLike(p.param);
}

/** Weight decay: decoupled, θ ← θ(1 − lr·wd), or L2, g ← g + wd·θ. `@source fastai weight_decay, l2_reg` */
export function decay(decoupled: boolean): Step {
  return decoupled ? weightDecay : l2Reg;
}

function weightDecay(p: StepInput): void {
  const wd = p.hyper("wd");
  if (p.doWd && wd !== 0) p.param.assign(mul(p.param, 1 - p.hyper("lr") * wd));
}

function l2Reg(p: StepInput): void {
  const wd = p.hyper("wd");
  if (p.doWd && wd !== 0) p.grad = add(p.grad, mul(p.param, wd));
}

/** `avg` ← mom·avg + d·g, with d = 1 − mom when damped, else 1. `@source fastai average_grad` */
export function averageGrad(damped: boolean): Step {
  return (p) => {
    const mom = p.hyper("mom");
    p.state.setTensor("avg", add(mul(moment(p, "avg"), mom), damped ? mul(p.grad, 1 - mom) : p.grad));
  };
}

/** `sqrAvg` ← sqrMom·sqrAvg + (1 − sqrMom)·g². `@source fastai average_sqr_grad` */
export function averageSqrGrad(p: StepInput): void {
  const sqrMom = p.hyper("sqrMom");
  p.state.setTensor("sqrAvg", add(mul(moment(p, "sqrAvg"), sqrMom), mul(square(p.grad), 1 - sqrMom)));
}

/** `step` ← step + 1. `@source fastai step_stat` */
export function countStep(p: StepInput): void {
  p.state.increment("step");
}

/** What a damped average of `step` values must be divided by; uses today's momentum, as schedules change it. */
export function debias(p: StepInput, hyper: "mom" | "sqrMom"): number {
  return 1 - p.hyper(hyper) ** (p.state.numbers.get("step") ?? 0);
}

/** θ ← θ − lr·(avg, where gradients are averaged, else g). `@source fastai sgd_step, momentum_step` */
export function sgdStep(p: StepInput): void {
  p.param.assign(sub(p.param, mul(p.state.tensors.get("avg") ?? p.grad, p.hyper("lr"))));
}
