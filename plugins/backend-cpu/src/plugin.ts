import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { cpuBackend } from "./cpu-backend.ts";

/** Contributes backend "cpu". */
export const backendCpu: Plugin<"backend-cpu"> = definePlugin({
  meta: { name: "backend-cpu", version: "0.1.0", kernel: "^0.1.0", provides: ["backends"] },
  apply(host) {
    host.contribute("backends", { name: "cpu", make: () => cpuBackend });
  },
});
