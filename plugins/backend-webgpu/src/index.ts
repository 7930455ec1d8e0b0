export type { Gpu, GpuAdapter, Peers } from "./peers.ts";
export { backendWebgpu } from "./plugin.ts";
export { webgpuBackend } from "./webgpu-backend.ts";
