import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { createHost } from "@fastap/kernel";
import type { Backend } from "@fastap/kernel";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import type { BackendWasmOptions } from "@fastap/plugin-backend-wasm";

/** The backend as a host hands it out. */
export async function makeBackend(options: BackendWasmOptions = {}): Promise<Backend> {
  await using host = await createHost({ plugins: [[backendWasm, options]] });
  return host.registry("backends").make("wasm");
}

export async function useWasm(options: BackendWasmOptions = {}): Promise<void> {
  await (await makeBackend(options)).activate();
}

export async function useCpu(): Promise<void> {
  await tf.setBackend("cpu");
  // Its banner is for people who forgot tfjs-node.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}

/** Numbers between −1 and 1 without a pattern that a wrong index could hide in. */
export function numbers(count: number, seed = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * Math.cos(i * i * 0.37 + seed));
}

export function tensorOf(shape: readonly number[], seed = 0): tf.Tensor {
  return tf.tensor(numbers(size(shape), seed), [...shape]);
}

export function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Equal to `tolerance` of the largest expected number (at least 1). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = ""): void {
  expect(actual.length, `${what} length`).to.equal(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] ?? 0) || 0);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] ?? NaN, expected[i] ?? NaN];
    const same = (Number.isNaN(a) && Number.isNaN(e)) || Math.abs(a - e) <= tolerance * scale;
    if (!same) expect.fail(`${what}[${i}]: ${a}, expected ${e}`);
  }
}

/** What `make` computes on the current backend; shapes, then numbers. */
function evaluate(make: () => readonly tf.Tensor[]): { shape: number[]; data: Float32Array }[] {
  return tf.tidy(() => make().map((t) => ({ shape: t.shape, data: t.dataSync<"float32">() })));
}

/** Asserts that wasm computes what cpu does, and that neither leaves a tensor behind. */
export async function expectSameAsCpu(make: () => readonly tf.Tensor[], tolerance = 1e-5): Promise<void> {
  await useCpu();
  const expected = evaluate(make);
  await useWasm();
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const actual = evaluate(make);
  expect([tf.memory().numTensors, tf.backend().numDataIds()], "tensors").to.deep.equal(before);
  actual.forEach((a, i) => {
    expect(a.shape, `shape ${i}`).to.deep.equal(expected[i]?.shape);
    expectClose(a.data, expected[i]?.data ?? [], tolerance, `output ${i}`);
  });
}

/** Runs a kernel of the current backend by its name. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attrs);
  return Array.isArray(outputs) ? outputs : [outputs];
}
