import type { GruResult, RecurrentWeights } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { HasKernel } from "./fused-kernel.ts";
import { runFused } from "./fused-kernel.ts";
import { checkSequence, columnSums, inputGates, lastStep, overSteps, recurrentGrad } from "./recurrent.ts";
import { runTaped } from "./taped-op.ts";

/**
 * One GRU layer over a sequence. `x` `[steps, batch, inputs]`, `h0` `[batch, hidden]`, weights in PyTorch's layout with the gates r, z, n;
 * the reset gate scales the hidden part after its bias. Differentiable in everything; the caller disposes both results.
 * @throws E_ENGINE_OP_INPUT
 * @source Cho et al. 2014; torch.nn.GRU
 */
export function gru(x: Tensor, h0: Tensor, weights: RecurrentWeights, hasKernel: HasKernel): GruResult {
  const { hidden } = checkSequence("gru", 3, x, { h0 }, weights);
  return tf.tidy((): Results => {
    const none = (): Tensor => tf.zeros([3 * hidden]);
    const { ih, hh, biasIh = none(), biasHh = none() } = weights;
    const inputs = { gates: inputGates(x, ih), biasIh, biasHh, hh, h0 };
    if (!hasKernel("FastapGru") || !hasKernel("FastapGruGrad")) return compose(inputs);
    const [output] = recurrence(inputs) as [Tensor];
    return { output, h: lastStep(output) };
  });
}

/** A type, not an interface: tf.tidy takes only those. */
type Results = { output: Tensor; h: Tensor };

interface Inputs extends Record<string, Tensor> {
  gates: Tensor;
  biasIh: Tensor;
  biasHh: Tensor;
  hh: Tensor;
  h0: Tensor;
}

/** The kernels as one node of the tape. */
function recurrence(inputs: Inputs): Tensor[] {
  return runTaped({
    inputs,
    forward(save) {
      const [hs, activated] = runFused("FastapGru", inputs, {}) as [Tensor, Tensor];
      save([inputs.hh, inputs.h0, hs, activated]);
      return [hs];
    },
    backward([dhs], saved) {
      const [hh, h0, hs, activated] = saved as [Tensor, Tensor, Tensor, Tensor];
      const given = { dhs: dhs as Tensor, activated, hs, h0, hh };
      const [gates, hiddenGates, dh0] = runFused("FastapGruGrad", given, {}) as [Tensor, Tensor, Tensor];
      const sums = { biasIh: columnSums(gates), biasHh: columnSums(hiddenGates) };
      return { gates, ...sums, hh: recurrentGrad(hiddenGates, hs, h0), h0: dh0 };
    },
  });
}

/** The definition, differentiated by tfjs. */
function compose({ gates, biasIh, biasHh, hh, h0 }: Inputs): Results {
  const [output, h] = overSteps(tf.add(gates, biasIh), [h0], (given, [oldH]) => {
    const state = oldH as Tensor;
    const sums = tf.add(tf.matMul(state as tf.Tensor2D, hh as tf.Tensor2D, false, true), biasHh);
    const [xr, xz, xn] = tf.split(given, 3, 1) as [Tensor, Tensor, Tensor];
    const [hr, hz, hn] = tf.split(sums, 3, 1) as [Tensor, Tensor, Tensor];
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
    return [tf.add(n, tf.mul(z, tf.sub(state, n)))];
  }) as [Tensor, Tensor];
  return { output, h: tf.clone(h) };
}
