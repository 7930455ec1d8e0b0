import type { ClippedGradients } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { requireFloats, unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";

/** What PyTorch adds to the norm that it divides by. */
const EPS = 1e-6;

/**
 * Scales gradients down together, so that the norm over all of them is at most `maxNorm`; `Infinity` only measures. Takes over the
 * gradients and returns what stands in their place, the same tensors or new ones. The caller disposes the norm, a scalar.
 * @throws E_ENGINE_OP_INPUT
 * @source torch.nn.utils.clip_grad_norm_
 */
export function clipGradients(grads: readonly Tensor[], maxNorm: number, hasKernel: HasKernel): ClippedGradients {
  if (!(maxNorm > 0)) throw unfitInput({ op: "clipGradients", input: "maxNorm", expected: "above 0", received: String(maxNorm) });
  for (const [i, grad] of grads.entries()) requireFloats("clipGradients", `grads[${i}]`, grad);
  if (hasKernel("FastapClipGradients")) {
    const [norm, ...clipped] = runFused("FastapClipGradients", Object.fromEntries(grads.entries()), { maxNorm, eps: EPS });
    return { norm: norm as Tensor, grads: clipped };
  }
  const norm = tf.tidy(() => tf.sqrt(grads.reduce<Tensor>((sum, grad) => tf.add(sum, tf.sum(tf.square(grad))), tf.scalar(0))));
  if (maxNorm === Infinity) return { norm, grads };
  return { norm, grads: tf.tidy(() => scaled(grads, tf.minimum(tf.div(maxNorm, tf.add(norm, EPS)), 1))) };
}

function scaled(grads: readonly Tensor[], factor: Tensor): Tensor[] {
  return grads.map((grad) => tf.mul(grad, factor));
}
