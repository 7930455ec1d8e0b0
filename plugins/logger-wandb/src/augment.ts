import type { WandbOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    "logger-wandb": WandbOptions;
  }
}
