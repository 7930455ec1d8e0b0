import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { webgpuBackend } from "./webgpu-backend.ts";

/** Contributes the backend `webgpu`. */
export const backendWebgpu: Plugin<"backend-webgpu"> = definePlugin({
  meta: { name: "backend-webgpu", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  apply(host) {
    host.contribute("backends", { name: "webgpu", make: () => webgpuBackend() });
  },
});
