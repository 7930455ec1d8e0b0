import type { Tensor } from "@tensorflow/tfjs-core";
import type { FileStore } from "./external/file-store.ts";

declare module "@fastap/kernel" {
  interface TensorTypes {
    readonly tensor: Tensor;
  }
  interface Services {
    /** Files that can be fetched by name, for the command line. */
    fileStore: FileStore;
  }
}
