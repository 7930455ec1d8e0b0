import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { nativeBackend } from "./backend.ts";
import { parseOptions } from "./options.ts";

/** Contributes the backend `native`: the kernels of the wasm backend in C, on its heap. Node only. */
export const backendNative: Plugin<"backend-native"> = definePlugin({
  meta: { name: "backend-native", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  parseOptions,
  apply(host, options) {
    host.contribute("backends", { name: "native", make: () => nativeBackend(options) });
  },
});
