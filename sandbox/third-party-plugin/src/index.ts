export type * from "./augment.ts";
export { globalNorm } from "./grad-norm.ts";
export type { GradNormOptions } from "./options.ts";
export { gradNorm } from "./plugin.ts";
