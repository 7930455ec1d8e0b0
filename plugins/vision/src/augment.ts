import type { Transform } from "@fastap/plugin-data";

declare module "@fastap/kernel" {
  interface Registries {
    /** Of items and batches, which configs name in `itemTfms` and `batchTfms`. */
    transforms: Transform | readonly Transform[];
  }
}
