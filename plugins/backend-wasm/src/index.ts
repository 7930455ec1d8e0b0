export type * from "./augment.ts";
export type { BackendWasmOptions } from "./options.ts";
export { backendWasm } from "./plugin.ts";
