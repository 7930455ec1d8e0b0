import * as tf from "@tensorflow/tfjs-core";
import type { Engine } from "@fastap/kernel";

/** One op at one random shape, with its gradients. */
export interface ShapeCase {
  readonly op: string;
  /** What `fast-check` drew, for the report. */
  readonly drawn: object;
  /** Outputs, then gradients; the caller disposes them. On the cpu backend, `reference` may take another way to the same numbers. */
  compute(engine: Engine): tf.Tensor[];
  reference?(): tf.Tensor[];
}

/** Numbers between −1 and 1 without a pattern that a wrong index could hide in. */
export function wave(shape: readonly number[], seed: number): tf.Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from(
    { length: count },
    (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * Math.cos(i * i * 0.37 + seed),
  );
  return tf.tensor(values, [...shape]);
}

/** The output, and the gradient of every input for an upstream gradient without symmetry. */
export function withGradients<T extends tf.Tensor[]>(f: (...inputs: T) => tf.Tensor, ...inputs: T): tf.Tensor[] {
  const y = f(...inputs);
  return [y, ...tf.grads((...xs) => f(...(xs as T)))(inputs, wave(y.shape, 9))];
}

/** Runs a kernel of the current backend that has one output, by its name. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap);
}
