export type * from "./augment.ts";
export type { BackendWasmOptions } from "./options.ts";
export { backendWasm } from "./plugin.ts";
export type { Heap } from "./heap.ts";
export type { KernelModule, Pointer, TaskName } from "./module.ts";
export { ownKernel } from "./own-kernel.ts";
export type { Compute, OwnKernel } from "./own-kernel.ts";
export { activateOverlay } from "./overlay.ts";
export type { Overlay, OverlayKernels } from "./overlay.ts";
