import type { BackendWasmOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    readonly "backend-wasm": BackendWasmOptions;
  }
}
