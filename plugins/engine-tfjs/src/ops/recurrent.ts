import type { RecurrentWeights } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { unfitInput } from "./unfit-input.ts";

/** Sizes of one recurrent layer over a sequence. */
export interface Sequence {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
}

/** `x · ihᵀ`, `[steps, batch, gates · hidden]`: one product for all steps. Biases come later. */
export function inputGates(x: Tensor, ih: Tensor): Tensor {
  const [steps = 0, batch = 0, inputs = 0] = x.shape;
  const gates = tf.matMul(tf.reshape(x, [steps * batch, inputs]), ih as tf.Tensor2D, false, true);
  return tf.reshape(gates, [steps, batch, ih.shape[0] ?? 0]);
}

/** Gradient of the recurrent weights: Σₜ dgatesₜᵀ · hₜ₋₁. */
export function recurrentGrad(dGates: Tensor, hs: Tensor, h0: Tensor): Tensor {
  const [steps = 0, batch = 0, width = 0] = dGates.shape;
  const hidden = h0.shape[1] ?? 0;
  const before = tf.concat([tf.expandDims(h0, 0), tf.slice(hs, 0, steps - 1)], 0);
  const rows = [steps * batch, width] as [number, number];
  return tf.matMul(tf.reshape(dGates, rows), tf.reshape(before, [steps * batch, hidden]), true, false);
}

/** `[…, columns]` → `[columns]` */
export function columnSums(x: Tensor): Tensor {
  const columns = x.shape.at(-1) ?? 1;
  return tf.sum(x.rank === 2 ? x : tf.reshape(x, [x.size / columns, columns]), 0);
}

/** The last step of `[steps, …]`. */
export function lastStep(sequence: Tensor): Tensor {
  const [steps = 1, ...rest] = sequence.shape;
  return tf.reshape(tf.slice(sequence, steps - 1, 1), rest);
}

/** @throws E_ENGINE_OP_INPUT */
export function checkSequence(op: string, parts: number, x: Tensor, states: Record<string, Tensor>, weights: RecurrentWeights): Sequence {
  const [steps = 0, batch = 0, inputs = 0] = x.shape;
  const hidden = weights.hh.shape[1] ?? 0;
  const check = (input: string, tensor: Tensor | undefined, ...shape: readonly number[]): void => {
    if (tensor === undefined || (tensor.dtype === "float32" && tf.util.arraysEqual([...tensor.shape], [...shape]))) return;
    throw unfitInput({
      op,
      input,
      expected: `float32 [${shape.join(", ")}]`,
      received: tensor,
    });
  };
  if (x.rank !== 3 || x.size === 0) {
    throw unfitInput({
      op,
      input: "x",
      expected: "float32 [steps, batch, inputs], none of them 0",
      received: x,
    });
  }
  check("x", x, steps, batch, inputs);
  check("weights.hh", weights.hh, parts * hidden, hidden);
  check("weights.ih", weights.ih, parts * hidden, inputs);
  check("weights.biasIh", weights.biasIh, parts * hidden);
  check("weights.biasHh", weights.biasHh, parts * hidden);
  for (const [name, state] of Object.entries(states)) check(name, state, batch, hidden);
  return { steps, batch, hidden };
}

/** Runs `step` over `[steps, …]` in plain ops; it gets a step's slice and the states, the first of which is the output. */
export function overSteps(
  sequence: Tensor,
  states: readonly Tensor[],
  step: (at: Tensor, states: readonly Tensor[]) => Tensor[],
): Tensor[] {
  const outputs: Tensor[] = [];
  let now = states;
  const [steps, ...rest] = sequence.shape;
  // tfjs's gradient of unstack takes no single output.
  for (const at of steps === 1 ? [tf.reshape(sequence, rest)] : tf.unstack(sequence)) {
    now = step(at, now);
    if (now[0] !== undefined) outputs.push(now[0]);
  }
  return [tf.stack(outputs), ...now];
}
