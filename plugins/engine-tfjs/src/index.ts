export type * from "./augment.ts";
export { createEngine } from "./engine.ts";
export type { TfjsEngine } from "./engine.ts";
export { composedOps, createOps } from "./ops/fused-ops.ts";
export type { HasKernel } from "./ops/fused-kernel.ts";
export { engineTfjs } from "./plugin.ts";
export { createRandom } from "./random.ts";
