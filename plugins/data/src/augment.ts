import type { Tensor } from "@tensorflow/tfjs-core";

declare module "@fastap/kernel" {
  interface TensorTypes {
    readonly tensor: Tensor;
  }
}
