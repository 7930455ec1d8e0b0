export type * from "./augment.ts";
export type { Checkpointable } from "./checkpointable.ts";
export type { CheckpointOptions } from "./options.ts";
export { checkpoint } from "./plugin.ts";
export { CheckpointStore } from "./store.ts";
export type { Loaded, Refused } from "./store.ts";
