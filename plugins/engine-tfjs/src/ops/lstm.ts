import type { LstmResult, RecurrentWeights } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { HasKernel } from "./fused-kernel.ts";
import { runFused } from "./fused-kernel.ts";
import { checkSequence, columnSums, inputGates, lastStep, overSteps, recurrentGrad } from "./recurrent.ts";
import { runTaped } from "./taped-op.ts";

/**
 * One LSTM layer over a sequence. `x` `[steps, batch, inputs]`, `h0` and `c0` `[batch, hidden]`, weights in PyTorch's layout with the
 * gates i, f, g, o. Differentiable in everything, the states included; the caller disposes the three results.
 * @throws E_ENGINE_OP_INPUT
 * @source Hochreiter & Schmidhuber 1997; torch.nn.LSTM
 */
export function lstm(x: Tensor, h0: Tensor, c0: Tensor, weights: RecurrentWeights, hasKernel: HasKernel): LstmResult {
  const { hidden } = checkSequence("lstm", 4, x, { h0, c0 }, weights);
  return tf.tidy((): Results => {
    const gates = inputGates(x, weights.ih);
    const biases = [weights.biasIh, weights.biasHh].filter((bias) => bias !== undefined);
    const bias = biases.length === 0 ? tf.zeros([4 * hidden]) : tf.addN(biases);
    const inputs = { gates, bias, hh: weights.hh, h0, c0 };
    if (!hasKernel("FastapLstm") || !hasKernel("FastapLstmGrad")) return compose(inputs);
    const [output, c] = recurrence(inputs) as [Tensor, Tensor];
    return { output, h: lastStep(output), c };
  });
}

/** A type, not an interface: tf.tidy takes only those. */
type Results = { output: Tensor; h: Tensor; c: Tensor };

interface Inputs extends Record<string, Tensor> {
  gates: Tensor;
  bias: Tensor;
  hh: Tensor;
  h0: Tensor;
  c0: Tensor;
}

/** The kernels as one node of the tape: outputs of all steps, and the last cell. */
function recurrence(inputs: Inputs): Tensor[] {
  return runTaped({
    inputs,
    forward(save) {
      const [hs, cs, activated] = runFused("FastapLstm", inputs, {}) as [Tensor, Tensor, Tensor];
      save([inputs.hh, inputs.h0, inputs.c0, hs, cs, activated]);
      return [hs, lastStep(cs)];
    },
    backward([dhs, dc], saved) {
      const [hh, h0, c0, hs, cs, activated] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      const given = { dhs: dhs as Tensor, dc: dc as Tensor, activated, cs, c0, hh };
      const [gates, dh0, dc0] = runFused("FastapLstmGrad", given, {}) as [Tensor, Tensor, Tensor];
      return { gates, bias: columnSums(gates), hh: recurrentGrad(gates, hs, h0), h0: dh0, c0: dc0 };
    },
  });
}

/** The definition, differentiated by tfjs. */
function compose({ gates, bias, hh, h0, c0 }: Inputs): Results {
  const [output, h, c] = overSteps(tf.add(gates, bias), [h0, c0], (given, [oldH, oldC]) => {
    const sums = tf.add(given, tf.matMul(oldH as tf.Tensor2D, hh as tf.Tensor2D, false, true));
    const [i, f, g, o] = tf.split(sums, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const cell = tf.add(tf.mul(tf.sigmoid(f), oldC as Tensor), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return [tf.mul(tf.sigmoid(o), tf.tanh(cell)), cell];
  }) as [Tensor, Tensor, Tensor];
  return { output, h: tf.clone(h), c: tf.clone(c) };
}
