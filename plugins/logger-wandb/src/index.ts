export type * from "./augment.ts";
export type { WandbOptions } from "./options.ts";
export { loggerWandb } from "./plugin.ts";
