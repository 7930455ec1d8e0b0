import type { Architecture } from "./models/architecture.ts";
import type { WeightFile } from "./weights/weight-file.ts";

declare module "@fastap/kernel" {
  interface Registries {
    architectures: Architecture;
    weights: WeightFile;
  }
}
