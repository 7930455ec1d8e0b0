import type { LocalRate, StepItem, StepResult, StepRule } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runFused } from "./fused-kernel.ts";
import { coefficients } from "./step-coefficients.ts";
import type { Coefficients } from "./step-coefficients.ts";

const op = "optimizerStep";

const TENSORS = ["param", "grad", "avg", "sqrAvg"] as const;

/** Moments that a rule cannot do without. */
const NEEDS: Readonly<Record<StepRule, readonly ("avg" | "sqrAvg")[]>> = {
  sgd: [],
  rmsprop: ["sqrAvg"],
  adam: ["avg", "sqrAvg"],
  radam: ["avg", "sqrAvg"],
  qhadam: ["avg", "sqrAvg"],
  lamb: ["avg", "sqrAvg"],
  larc: [],
  lookahead: ["avg"],
};

/**
 * One step of `rule` over many parameters at once. Takes over `param`, `avg` and `sqrAvg` of every item and returns what stands in their
 * place: the same tensors, written in place, or new ones; so compare before disposing. Gradients stay as they are.
 * sgd: avg ← mom·avg + g (if there is one), θ ← θ − lr·(avg or g). rmsprop: θ ← θ − lr·(avg or g) / (√sqrAvg + eps). The others: both
 * moments damped and debiased for step `t`; radam divides once the variance can be trusted, qhadam mixes them with g and g² by nu1 and nu2,
 * lamb scales by the trust ratio rms(θ) / rms(update), at most 10. larc is sgd at the rate that `local` makes of each parameter's norms.
 * lookahead is no step of a gradient: `grad` is the parameter itself, and both it and avg become mom·avg + (1 − mom)·θ.
 * @throws E_ENGINE_OP_INPUT before any parameter has moved
 * @source fastai.optimizer sgd_step, momentum_step, rms_prop_step, adam_step, radam_step, qhadam_step, lamb_step, larc_layer_lr, larc_step, Lookahead
 */
export function optimizerStep(rule: StepRule, items: readonly StepItem[], hasKernel: HasKernel): readonly StepResult[] {
  for (const item of items) checkItem(rule, item);
  if (items.length === 0) return [];
  if (!hasKernel("FastapOptimizerStep")) return items.map((item) => tf.tidy(() => compose(item, coefficients(rule, item))) as StepResult);
  const inputs: Record<number, Tensor> = {};
  const entries: Coefficients[] = [];
  for (const item of items) {
    const first = 4 * entries.length;
    inputs[first] = item.param;
    inputs[first + 1] = item.grad;
    if (item.avg !== undefined) inputs[first + 2] = item.avg;
    if (item.sqrAvg !== undefined) inputs[first + 3] = item.sqrAvg;
    entries.push(coefficients(rule, item));
  }
  const outputs = runFused("FastapOptimizerStep", inputs, { entries });
  let next = 0;
  const results = items.map((item) => ({
    param: outputs[next++] ?? item.param,
    avg: item.avg && outputs[next++],
    sqrAvg: item.sqrAvg && outputs[next++],
  }));
  // The rates come after all else.
  return rule === "larc" ? results.map((result) => ({ ...result, localRate: outputs[next++] })) : results;
}

function compose(item: StepItem, c: Coefficients): Record<keyof StepResult, Tensor | undefined> {
  const start = c.keep === 1 ? item.param : tf.mul(item.param, c.keep);
  const grad = c.l2 === 0 ? item.grad : tf.add(item.grad, tf.mul(start, c.l2));
  const avg = item.avg && tf.add(tf.mul(item.avg, c.mom), tf.mul(grad, c.damp));
  const sqrAvg = item.sqrAvg && tf.add(tf.mul(item.sqrAvg, c.sqrMom), tf.mul(tf.square(grad), c.sqrDamp));
  const direction = shared(avg ?? grad, c.avgShare, grad, c.gradShare);
  const update = sqrAvg === undefined || !c.divides ? direction : tf.div(direction, root(sqrAvg, grad, c));
  const rate = rateOf(start, grad, update, c);
  const localRate = typeof rate === "number" || c.local === undefined ? undefined : rate;
  return { param: tf.sub(start, tf.mul(update, rate)), avg, sqrAvg, localRate };
}

function rateOf(start: Tensor, grad: Tensor, update: Tensor, c: Coefficients): Tensor | number {
  if (c.trusts) return tf.mul(trustRatio(rms(start), rms(update)), c.rate);
  return c.local === undefined ? c.rate : localRate(tf.norm(start), tf.norm(grad), c.local, c);
}

function localRate(size: Tensor, grad: Tensor, { trustCoeff, wd, clip, moveZeros }: LocalRate, { rate, eps }: Coefficients): Tensor {
  const own = tf.div(tf.mul(size, rate * trustCoeff), tf.add(tf.add(grad, tf.mul(size, wd)), eps));
  const local = clip ? tf.minimum(own, rate) : own;
  return moveZeros ? tf.where(tf.equal(size, 0), rate, local) : local;
}

function root(sqrAvg: Tensor, grad: Tensor, { correction, sqrGradShare, eps, sharpness }: Coefficients): Tensor {
  const plain = tf.add(tf.sqrt(shared(sqrAvg, correction, tf.square(grad), sqrGradShare)), eps);
  return sharpness === 0 ? plain : tf.div(tf.softplus(tf.mul(plain, sharpness)), sharpness);
}

function shared(average: Tensor, share: number, now: Tensor, nowShare: number): Tensor {
  return nowShare === 0 ? tf.mul(average, share) : tf.add(tf.mul(average, share), tf.mul(now, nowShare));
}

function rms(x: Tensor): Tensor {
  return tf.sqrt(tf.mean(tf.square(x)));
}

/** 1 where either norm is 0. Stays on the device: reading a scalar would stall it. */
function trustRatio(param: Tensor, update: Tensor): Tensor {
  const ratio = tf.minimum(tf.div(param, update), 10);
  return tf.where(tf.equal(tf.mul(param, update), 0), tf.onesLike(ratio), ratio);
}

function checkItem(rule: StepRule, item: StepItem): void {
  for (const name of NEEDS[rule]) {
    if (item[name] === undefined) throw unfitInput({ op, input: name, expected: `a tensor, as ${rule} needs it`, received: "none" });
  }
  if (!NEEDS[rule].includes("sqrAvg") && item.sqrAvg !== undefined) {
    throw unfitInput({ op, input: "sqrAvg", expected: `none, as ${rule} has no mean square`, received: "a tensor" });
  }
  if (rule === "larc" && item.local === undefined) {
    throw unfitInput({ op, input: "local", expected: "how larc makes a rate of norms", received: "none" });
  }
  for (const input of TENSORS) {
    const tensor = item[input];
    if (tensor === undefined || fits(tensor, item.param.shape)) continue;
    throw unfitInput({ op, input, expected: `float32 [${item.param.shape.join(", ")}], as the parameter`, received: tensor });
  }
}

function fits({ dtype, shape }: Tensor, wanted: number[]): boolean {
  return dtype === "float32" && tf.util.arraysEqual(shape, wanted);
}
