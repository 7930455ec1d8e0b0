import type { Transform } from "@fastap/plugin-data";
import type { Architecture } from "./models/architecture.ts";
import type { WeightFile } from "./weights/weight-file.ts";

declare module "@fastap/kernel" {
  interface Registries {
    architectures: Architecture;
    weights: WeightFile;
    /** Of items and batches, which configs name in `itemTfms` and `batchTfms`. */
    transforms: Transform | readonly Transform[];
  }
}
