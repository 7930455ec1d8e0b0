export { cpuBackend } from "./cpu-backend.ts";
export { backendCpu } from "./plugin.ts";
