import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { stopWasmThreads, wasmBackend } from "./backend.ts";
import { parseOptions } from "./options.ts";

/** Contributes the backend `wasm`: trains on the CPU, in Node and in browsers, with no native code. */
export const backendWasm: Plugin<"backend-wasm"> = definePlugin({
  meta: { name: "backend-wasm", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  parseOptions,
  apply(host, options) {
    host.contribute("backends", { name: "wasm", make: () => wasmBackend(options) });
    host.hooks.shutdown.tapPromise("backend-wasm", stopWasmThreads);
  },
});
