import type { FusedActivation } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";
import { activate, activationGrad } from "./activation.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { runTaped } from "./taped-op.ts";

/** What follows a product or a convolution. */
export interface Epilogue {
  /** `[channels]` */
  readonly bias: Tensor | undefined;
  readonly activation: FusedActivation | undefined;
}

/**
 * The activation of `x` `[…, channels]` plus `bias` `[channels]`, of the shape of `x`, whose memory it may take over: use `x` no more.
 * Differentiable in both; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 */
export function biasActivation(x: Tensor, { bias, activation }: Epilogue, hasKernel: HasKernel): Tensor {
  checkBias("biasActivation", bias, x.shape.at(-1));
  if (bias === undefined && activation === undefined) return tf.clone(x);
  const inputs: Record<string, Tensor> = { x, ...(bias && { bias }) };
  const [y] = runTaped({
    inputs,
    forward(save) {
      const result = hasKernel("FastapBiasActivation")
        ? (runFused("FastapBiasActivation", inputs, { activation })[0] as Tensor)
        : activate(bias === undefined ? x : addByChannel(x, bias), activation);
      if (activation !== undefined) save([result]);
      return [result];
    },
    backward([dy], [saved]) {
      const { dx, dBias } = epilogueGrads(dy as Tensor, saved, { bias, activation }, hasKernel);
      return { x: dx, bias: dBias };
    },
  }) as [Tensor];
  return y;
}

/** @throws E_ENGINE_OP_INPUT */
export function checkBias(op: string, bias: Tensor | undefined, channels: number | undefined): void {
  if (bias === undefined || (bias.rank === 1 && bias.shape[0] === channels)) return;
  const received = `[${bias.shape.join(", ")}]`;
  throw unfitInput({ op, input: "bias", expected: `shape [${channels}], one value per channel of x`, received });
}

/** By what the bias was added to, and by the bias, from `dy` and the result `y` of the activation, if there was one. */
export function epilogueGrads(
  dy: Tensor,
  y: Tensor | undefined,
  { bias, activation }: Epilogue,
  hasKernel: HasKernel,
): { readonly dx: Tensor; readonly dBias: Tensor | (() => Tensor) } {
  const fused = bias !== undefined && hasKernel("FastapBiasActivationGrad");
  if (activation === undefined || y === undefined) {
    return { dx: dy, dBias: () => (fused ? (runFused("FastapBiasActivationGrad", { dy }, {})[0] as Tensor) : sumsByProduct(dy)) };
  }
  if (fused) {
    const made = runFused("FastapBiasActivationGrad", { dy, y }, { activation });
    return { dx: made[1] as Tensor, dBias: made[0] as Tensor };
  }
  const dx = activationGrad(dy, y, activation, hasKernel);
  return { dx, dBias: () => sumsByProduct(dx) };
}

/*
 * Batch norm with mean 0 and variance 1 adds by channel in one pass, and a product with ones sums by channel: broadcasting add and sum
 * over leading axes are many times slower on cpu.
 */

export function addByChannel(x: Tensor, bias: Tensor): Tensor {
  const rows = tf.reshape(x, [x.size / bias.size, bias.size]);
  return tf.reshape(tf.batchNorm(rows, tf.zerosLike(bias), tf.onesLike(bias), bias as tf.Tensor1D, undefined, 0), x.shape);
}

function sumsByProduct(dx: Tensor): Tensor {
  const channels = dx.shape.at(-1) ?? 1;
  const rows = dx.size / channels;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(dx, [rows, channels])), [channels]);
}
