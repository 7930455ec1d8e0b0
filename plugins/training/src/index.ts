export type * from "./augment.ts";
export { bnFreeze } from "./bn-freeze.ts";
export { GradientAccumulation, gradientAccumulation, type GradientAccumulationOptions } from "./gradient-accumulation.ts";
export { gradientClip, type GradientClipOptions } from "./gradient-clip.ts";
export { training } from "./plugin.ts";
export { shortEpoch, type ShortEpochOptions } from "./short-epoch.ts";
