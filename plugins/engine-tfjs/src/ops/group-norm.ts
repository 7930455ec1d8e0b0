import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

const op = "groupNorm";

interface GroupNorm extends Record<string, number> {
  groups: number;
  eps: number;
}

/**
 * Normalisation within each item and group of neighbouring channels. `x` `[batch, …, channels]`; `gamma`, `beta` `[channels]`.
 * Differentiable in all three; the caller disposes the result, of the shape of `x`.
 * @throws E_ENGINE_OP_INPUT
 * @source Wu & He 2018; torch.nn.functional.group_norm, layer_norm (1 group), instance_norm (a group per channel)
 */
export function groupNorm(x: Tensor, gamma: Tensor, beta: Tensor, norm: GroupNorm, hasKernel: HasKernel): Tensor {
  checkInputs(x, { gamma, beta }, norm.groups);
  if (!hasKernel("FastapGroupNorm") || !hasKernel("FastapGroupNormGrad")) return tf.tidy(() => compose(x, gamma, beta, norm));
  const [y] = runTaped({
    inputs: { x, gamma, beta },
    forward(save) {
      const [output, ...statistics] = runFused("FastapGroupNorm", { x, gamma, beta }, norm) as [Tensor, Tensor, Tensor];
      save([x, gamma, ...statistics]);
      return [output];
    },
    backward([dy], saved) {
      const [savedX, savedGamma, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor];
      const inputs = { x: savedX, dy: dy as Tensor, gamma: savedGamma, mean, variance };
      const [dx, dgamma, dbeta] = runFused("FastapGroupNormGrad", inputs, norm) as [Tensor, Tensor, Tensor];
      return { x: dx, gamma: dgamma, beta: dbeta };
    },
  }) as [Tensor];
  return y;
}

/** The definition, differentiated by tfjs. */
function compose(x: Tensor, gamma: Tensor, beta: Tensor, { groups, eps }: GroupNorm): Tensor {
  const [batch = 1] = x.shape;
  const channels = gamma.size;
  const grouped = tf.reshape(x, [batch, x.size / batch / channels, groups, channels / groups]);
  const centred = tf.sub(grouped, tf.mean(grouped, [1, 3], true));
  const variance = tf.mean(tf.square(centred), [1, 3], true);
  const normalised = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, eps))), x.shape);
  return tf.add(tf.mul(normalised, gamma), beta);
}

function checkInputs(x: Tensor, byChannel: Record<string, Tensor>, groups: number): void {
  const channels = x.shape.at(-1) ?? 0;
  if (x.dtype !== "float32" || x.rank < 2 || x.size === 0) {
    throw unfitInput({ op, input: "x", expected: "float32 [batch, …, channels], none of them 0", received: x });
  }
  checkGroups(groups, channels);
  for (const [input, tensor] of Object.entries(byChannel)) {
    if (tensor.dtype === "float32" && tensor.rank === 1 && tensor.size === channels) continue;
    throw unfitInput({ op, input, expected: `float32 [${channels}], one value per channel of x`, received: tensor });
  }
}

function checkGroups(groups: number, channels: number): void {
  if (Number.isInteger(groups) && groups >= 1 && channels % groups === 0) return;
  throw unfitInput({ op, input: "groups", expected: `a whole number that divides ${channels} channels`, received: String(groups) });
}
