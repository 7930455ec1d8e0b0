import { definePlugin, type Plugin } from "@fastap/kernel";

/** Images: what a config may name of them. */
export const vision: Plugin<"vision"> = definePlugin({
  meta: { name: "vision", version: "0.1.0", kernel: "^0.1.0" },
  apply() {},
});
