import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

/** What the prebuilt library of tfjs-node-gpu 4.22 was linked with. */
export const CUDA = "CUDA 11.2 and cuDNN 8.1";

export const E_BACKEND_NODE_GPU_UNAVAILABLE: Make<{ reason: string }> = defineError("E_BACKEND_NODE_GPU_UNAVAILABLE", (d) => ({
  message: `the node-gpu backend cannot run here: ${d.reason}`,
  hint: "Choose another backend in the config; `fastap doctor` lists them.",
}));

export const E_BACKEND_NODE_GPU_LOAD: Make<{ reason: string }> = defineError("E_BACKEND_NODE_GPU_LOAD", (d) => ({
  message: `@tensorflow/tfjs-node-gpu did not load: ${d.reason}`,
  expected: `${CUDA} where the system's linker finds them, and the driver of the GPU`,
  hint: "Check `nvidia-smi` and LD_LIBRARY_PATH, or choose another backend.",
}));

export const E_BACKEND_NODE_GPU_COPIES: Make<undefined> = defineError("E_BACKEND_NODE_GPU_COPIES", () => ({
  message: "@tensorflow/tfjs-node-gpu brought a @tensorflow/tfjs-core of its own",
  expected: "one copy of @tensorflow/tfjs-core 4.22.0",
  hint: "`npm ls @tensorflow/tfjs-core` shows the copies; `npm dedupe` merges them.",
}));

export const E_BACKEND_NODE_GPU_NO_GPU: Make<undefined> = defineError("E_BACKEND_NODE_GPU_NO_GPU", () => ({
  message: "TensorFlow found no GPU and would compute on the CPU",
  expected: `a GPU with ${CUDA}`,
  hint: "Check `nvidia-smi` and LD_LIBRARY_PATH; on the CPU the backends wasm and native are faster.",
}));
