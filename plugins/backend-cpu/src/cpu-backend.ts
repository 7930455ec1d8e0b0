import type { Backend } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { registerUnsortedSegmentSum } from "./unsorted-segment-sum.ts";

/** Plain JavaScript: runs everywhere, has every kernel, is the oracle of the other backends, and is slow. */
export const cpuBackend: Backend = {
  name: "cpu",
  available: async () => ({ ok: true }),
  async activate() {
    await load();
    await tf.setBackend("cpu");
  },
  async facts() {
    await load();
    return { kernels: tf.getKernelsForBackend("cpu").length, threads: 1, simd: false, memoryLimit: "that of the process" };
  },
};

/** Registers the kernels. The instance would print an advertisement at its first write, were it not told that it had one. */
async function load(): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  registerUnsortedSegmentSum();
  const instance = tf.findBackend("cpu") as tf.KernelBackend & { firstUse: boolean };
  instance.firstUse = false;
}
