import type { Checkpointable } from "./checkpointable.ts";
import type { CheckpointOptions } from "./options.ts";
import type { Position } from "./position.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    checkpoint: CheckpointOptions;
  }
  interface Registries {
    checkpointables: Checkpointable;
  }
  interface RunExtras {
    /** Where the run went on from; undefined where it started anew. */
    resumed?: Position & { readonly path: string };
  }
}
