export type * from "./augment.ts";
export { bnFreeze } from "./bn-freeze.ts";
export { GradientAccumulation, gradientAccumulation, type GradientAccumulationOptions } from "./gradient-accumulation.ts";
export { gradientClip, type GradientClipOptions } from "./gradient-clip.ts";
export { modelResetter } from "./model-resetter.ts";
export { training } from "./plugin.ts";
export { rnnCallback, rnnOutputsOf, type RnnOutputs } from "./rnn-callback.ts";
export { rnnCbs, rnnRegularizer, type RnnRegularizerOptions } from "./rnn-regularizer.ts";
export { shortEpoch, type ShortEpochOptions } from "./short-epoch.ts";
