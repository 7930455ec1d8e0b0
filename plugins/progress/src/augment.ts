import type { ProgressOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    progress: ProgressOptions;
  }
}
