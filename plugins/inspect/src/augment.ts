import type { Tensor } from "@tensorflow/tfjs-core";
import type {} from "@fastap/plugin-learner";

declare module "@fastap/kernel" {
  interface TensorTypes {
    readonly tensor: Tensor;
  }
}

declare module "@fastap/plugin-learner" {
  interface LearnerMethods {
    /** A table of the model's layers for one item of the training data, and what trains it. `@source fastai.callback.hook.summary` */
    summary(): Promise<string>;
  }
}
