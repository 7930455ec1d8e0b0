export type * from "./augment.ts";
export type { BackendNativeOptions } from "./options.ts";
export { backendNative } from "./plugin.ts";
