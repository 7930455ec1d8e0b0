import type { BackendNativeOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    readonly "backend-native": BackendNativeOptions;
  }
}
