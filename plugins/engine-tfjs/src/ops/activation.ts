import type { FusedActivation } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";

/** What plain ops make of an activation; nothing for none. */
export function activate(x: Tensor, activation: FusedActivation | undefined): Tensor {
  if (activation === undefined) return x;
  return { relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh }[activation](x);
}

/** Its gradient by what it was given, from `dy` and its result `y`. */
export function activationGrad(dy: Tensor, y: Tensor, activation: FusedActivation, hasKernel: HasKernel): Tensor {
  if (hasKernel("FastapActivationGrad")) return runFused("FastapActivationGrad", { dy, y }, { activation })[0] as Tensor;
  if (activation === "relu") return tf.mul(dy, tf.step(y));
  if (activation === "sigmoid") return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
  return tf.mul(dy, tf.sub(1, tf.square(y)));
}
