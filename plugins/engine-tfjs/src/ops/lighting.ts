import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { requireFloats, unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";

/** Of red, green and blue in grey. */
const GREY = [0.2989, 0.587, 0.114];

/**
 * Fractions `x` `[batch, …, channels]` changed as logits z: factors `[batch, 3]` (a, b, d) make a·z + b·grey(z) + d of them, and fractions again.
 * b must be 0 but for 3 channels. No gradient; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 * @source fastai.vision.augment.LightingTfm
 */
export function lighting(x: Tensor, factors: Tensor, hasKernel: HasKernel): Tensor {
  requireFloats("lighting", "x", x);
  if (factors.shape.join() !== `${x.shape[0]},3`) {
    throw unfitInput({ op: "lighting", input: "factors", expected: `float32 [${x.shape[0]}, 3]`, received: factors });
  }
  if (!hasKernel("FastapLighting")) return tf.tidy(() => compose(x, factors));
  return runFused("FastapLighting", { x, factors }, {})[0] as Tensor;
}

function compose(x: Tensor, factors: Tensor): Tensor {
  const clamped = tf.clipByValue(x, 1e-7, 1 - 1e-7);
  const z = tf.neg(tf.log(tf.sub(tf.reciprocal(clamped), 1)));
  const perImage = [x.shape[0] ?? 0, ...x.shape.slice(1).map(() => 1)];
  const [a, b, d] = tf.split(factors, 3, 1).map((factor) => tf.reshape(factor, perImage)) as [Tensor, Tensor, Tensor];
  const grey = x.shape.at(-1) === 3 ? tf.sum(tf.mul(z, GREY), -1, true) : tf.zerosLike(z);
  return tf.sigmoid(tf.add(tf.add(tf.mul(z, a), tf.mul(grey, b)), d));
}
