export type * from "./augment.ts";
export { CutMix, cutMix, type CutMixOptions } from "./cut-mix.ts";
export type { Draws } from "./draws.ts";
export { MixHandler } from "./mix-handler.ts";
export { MixUp, mixUp, type MixUpOptions } from "./mix-up.ts";
export { mixup } from "./plugin.ts";
