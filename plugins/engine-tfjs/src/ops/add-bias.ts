import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_OP_INPUT } from "../errors.ts";
import { runFused } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { columnSums } from "./recurrent.ts";
import { runTaped } from "./taped-op.ts";

/**
 * `x` `[…, channels]` plus `bias` `[channels]`, of the shape of `x`, whose memory it may take over: use `x` no more. Differentiable in
 * both; the caller disposes the result.
 * @throws E_ENGINE_OP_INPUT
 */
export function addBias(x: Tensor, bias: Tensor, hasKernel: HasKernel): Tensor {
  const channels = x.shape.at(-1);
  if (bias.rank !== 1 || bias.shape[0] !== channels) {
    const received = `[${bias.shape.join(", ")}]`;
    throw E_ENGINE_OP_INPUT({ op: "addBias", input: "bias", expected: `shape [${channels}], one value per channel of x`, received });
  }
  const fused = hasKernel("FastapAddBias");
  const [y] = runTaped({
    inputs: { x, bias },
    forward: () => (fused ? runFused("FastapAddBias", { x, bias }, {}) : [compose(x, bias as tf.Tensor1D)]),
    backward: ([dy]) => ({ x: dy as Tensor, bias: fused ? columnSums(dy as Tensor) : sumsByProduct(dy as Tensor) }),
  }) as [Tensor];
  return y;
}

/*
 * Batch norm with mean 0 and variance 1 adds by channel in one pass, and a product with ones sums by channel: broadcasting add and sum
 * over leading axes are many times slower on cpu.
 */

function compose(x: Tensor, bias: tf.Tensor1D): Tensor {
  const rows = tf.reshape(x, [x.size / bias.size, bias.size]);
  return tf.reshape(tf.batchNorm(rows, tf.zerosLike(bias), tf.onesLike(bias), bias, undefined, 0), x.shape);
}

function sumsByProduct(dy: Tensor): Tensor {
  const channels = dy.shape.at(-1) ?? 1;
  const rows = dy.size / channels;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(dy, [rows, channels])), [channels]);
}
