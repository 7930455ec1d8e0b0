import type { TensorBoardOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    "logger-tensorboard": TensorBoardOptions;
  }
}
