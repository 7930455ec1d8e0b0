import type { AdamStep } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";

/**
 * One step of Adam without weight decay. All tensors have the shape of the parameter; the inputs stay as they are and
 * the caller disposes the new `[param, avg, sqrAvg]`. Both averages are debiased with the hypers of step `t`, counted from 1.
 * @source fastai.optimizer.adam_step; Kingma & Ba 2015
 */
export function adamStep(
  param: Tensor,
  grad: Tensor,
  avg: Tensor,
  sqrAvg: Tensor,
  step: AdamStep,
  hasKernel: HasKernel,
): readonly [Tensor, Tensor, Tensor] {
  if (!hasKernel("FastapAdamStep")) return tf.tidy(() => compose(param, grad, avg, sqrAvg, step));
  const { lr, mom, sqrMom, eps, t } = step;
  return runFused("FastapAdamStep", { param, grad, avg, sqrAvg }, { lr, mom, sqrMom, eps, t }) as [Tensor, Tensor, Tensor];
}

function compose(param: Tensor, grad: Tensor, avg: Tensor, sqrAvg: Tensor, step: AdamStep): [Tensor, Tensor, Tensor] {
  const { lr, mom, sqrMom, eps, t } = step;
  const newAvg = tf.add(tf.mul(avg, mom), tf.mul(grad, 1 - mom));
  const newSqrAvg = tf.add(tf.mul(sqrAvg, sqrMom), tf.mul(tf.square(grad), 1 - sqrMom));
  const root = tf.add(tf.sqrt(tf.div(newSqrAvg, 1 - sqrMom ** t)), eps);
  const update = tf.mul(tf.div(newAvg, root), lr / (1 - mom ** t));
  return [tf.sub(param, update), newAvg, newSqrAvg];
}
