import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { nodeGpuBackend } from "./node-gpu-backend.ts";

/** Contributes the backend `node-gpu`. */
export const backendNodeGpu: Plugin<"backend-node-gpu"> = definePlugin({
  meta: { name: "backend-node-gpu", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  apply(host) {
    host.contribute("backends", { name: "node-gpu", make: () => nodeGpuBackend() });
  },
});
