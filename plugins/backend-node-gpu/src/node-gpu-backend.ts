import { isFastapError } from "@fastap/kernel";
import type { Backend } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import {
  CUDA,
  E_BACKEND_NODE_GPU_COPIES,
  E_BACKEND_NODE_GPU_LOAD,
  E_BACKEND_NODE_GPU_NO_GPU,
  E_BACKEND_NODE_GPU_UNAVAILABLE,
} from "./errors.ts";
import { padExplicitly } from "./explicit-padding.ts";
import { restoreLegacyUtil } from "./legacy-util.ts";
import { installedPackage } from "./node-gpu-package.ts";
import type { NodeGpuPackage } from "./node-gpu-package.ts";

/** The name under which tfjs-node-gpu registers. */
const TENSORFLOW = "tensorflow";

/** TensorFlow on CUDA. Fused ops run by their composed definition. */
export function nodeGpuBackend(nodeGpu: NodeGpuPackage = installedPackage): Backend {
  return {
    name: "node-gpu",
    async available() {
      const reason = nodeGpu.absence();
      return reason === undefined ? { ok: true } : { ok: false, reason: `${reason}. It needs ${CUDA}` };
    },
    async activate() {
      const reason = nodeGpu.absence();
      if (reason !== undefined) throw E_BACKEND_NODE_GPU_UNAVAILABLE({ reason });
      await start(nodeGpu);
    },
    async facts() {
      return { cuda: CUDA, kernels: tf.getKernelsForBackend(TENSORFLOW).length };
    },
  };
}

/** The backend that was current stays so where this fails. */
async function start(nodeGpu: NodeGpuPackage): Promise<void> {
  const before = tf.getBackend();
  try {
    restoreLegacyUtil();
    await nodeGpu.load();
    const backend = tf.findBackend(TENSORFLOW);
    if (backend == null) throw E_BACKEND_NODE_GPU_COPIES(undefined);
    if (!isOnGpu(backend)) throw E_BACKEND_NODE_GPU_NO_GPU(undefined);
    padExplicitly(TENSORFLOW);
    await tf.setBackend(TENSORFLOW);
  } catch (error) {
    if (before && tf.getBackend() !== before) await tf.setBackend(before);
    if (isFastapError(error)) throw error;
    throw E_BACKEND_NODE_GPU_LOAD({ reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function isOnGpu(backend: tf.KernelBackend): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}
