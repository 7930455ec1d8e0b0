export type { NodeGpuPackage } from "./node-gpu-package.ts";
export { nodeGpuBackend } from "./node-gpu-backend.ts";
export { backendNodeGpu } from "./plugin.ts";
