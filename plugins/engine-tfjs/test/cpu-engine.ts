import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

/** The engine on plain JavaScript, ready. */
export async function cpuEngine(): Promise<TfjsEngine> {
  const engine = createEngine();
  await engine.activate(cpuBackend);
  return engine;
}

/** Numbers in [-1, 1), the same for every run. */
export function numbers(seed: number, shape: number[]): tf.Tensor {
  const random = createRandom(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
    "float32",
  );
}

/** Runs a test and holds it to its promise: as many tensors after it as before. */
export async function withoutLeak(body: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  expect(tf.memory().numTensors).to.equal(before);
}

export function expectClose(received: tf.Tensor | ArrayLike<number>, expected: tf.Tensor | ArrayLike<number>, tolerance: number): void {
  const [got, want] = [received, expected].map((values) => Array.from(values instanceof tf.Tensor ? values.dataSync() : values));
  expect(got).to.have.length(want?.length ?? -1);
  got?.forEach((value, i) => expect(value, `element ${i}`).to.be.closeTo(want?.[i] ?? Number.NaN, tolerance));
}

/** d(f)/d(x) by central differences in steps of `h`; `f` gives a number. */
export function numericGrad(f: (x: tf.Tensor) => number, x: tf.Tensor, h = 1e-2): number[] {
  const values = x.dataSync();
  return Array.from(values, (value, i) => {
    const at = (moved: number): number => {
      const copy = values.slice();
      copy[i] = moved;
      return tf.tidy(() => f(tf.tensor(copy, x.shape, "float32")));
    };
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

/** What `f` throws. */
export function thrownBy(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
