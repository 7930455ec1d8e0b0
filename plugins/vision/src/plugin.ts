import { definePlugin, type Plugin } from "@fastap/kernel";
import { taskCleaner } from "./cleaner/cleaner.ts";
import { contributeDisplays } from "./show/contribute-displays.ts";

/** Images: what a config may name of them. */
export const vision: Plugin<"vision"> = definePlugin({
  meta: { name: "vision", version: "0.1.0", kernel: "^0.1.0", provides: ["displays", "cleaner"] },
  apply(host) {
    contributeDisplays(host);
    host.provide("cleaner", () => taskCleaner(host));
  },
});
