import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { createHost } from "@fastap/kernel";
import type { Backend } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import type { BackendNativeOptions } from "@fastap/plugin-backend-native";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { buildLibrary } from "./built-library.ts";

/** The backend as a host hands it out. */
export async function makeNative(options: BackendNativeOptions = {}): Promise<Backend> {
  await using host = await createHost({ plugins: [[backendNative, options]] });
  return host.registry("backends").make("native");
}

/** Makes the backend current. Skips the suite or test, with the reason printed, where there is no library. */
export async function useNative(mocha: Mocha.Context, options: BackendNativeOptions = {}): Promise<void> {
  buildLibrary();
  const backend = await makeNative(options);
  const state = await backend.available();
  if (!state.ok) {
    console.log(`      skipped: ${state.reason}`);
    return mocha.skip();
  }
  await backend.activate();
}

export async function makeWasm(): Promise<Backend> {
  await using host = await createHost({ plugins: [[backendWasm, { threads: 1 }]] });
  return host.registry("backends").make("wasm");
}

export async function useWasm(): Promise<void> {
  await (await makeWasm()).activate();
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
  return tf.tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    [...shape],
  );
}

/** Equal to `tolerance` of the largest expected number (at least 1). */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = ""): void {
  expect(actual.length, `${what} length`).to.equal(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] ?? NaN, expected[i] ?? NaN];
    const same = (Number.isNaN(a) && Number.isNaN(e)) || Math.abs(a - e) <= tolerance * scale;
    if (!same) expect.fail(`${what}[${i}]: ${a}, expected ${e}`);
  }
}

/** What `make` computes on the current backend; leaves no tensor. */
export function evaluate(make: () => readonly tf.Tensor[]): Float32Array[] {
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const out = tf.tidy(() => make().map((t) => t.dataSync<"float32">().slice()));
  expect([tf.memory().numTensors, tf.backend().numDataIds()], "tensors").to.deep.equal(before);
  return out;
}

/** Asserts that the backend in use, native as `use` sets it up, computes what another one does. */
export async function expectSame(
  make: () => readonly tf.Tensor[],
  other: () => Promise<void>,
  use: () => Promise<void>,
  tolerance = 1e-5,
): Promise<void> {
  await other();
  const expected = evaluate(make);
  await use();
  evaluate(make).forEach((actual, i) => expectClose(actual, expected[i] ?? [], tolerance, `output ${i}`));
}

/** Runs a kernel of the current backend by its name. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attrs);
  return Array.isArray(outputs) ? outputs : [outputs];
}
