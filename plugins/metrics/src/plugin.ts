import { definePlugin, type Plugin } from "@fastap/kernel";
import { metricEntries } from "./entries.ts";

/** fastai's metrics, by name in the registry `metrics`. */
export const metrics: Plugin<"metrics"> = definePlugin({
  meta: { name: "metrics", version: "0.1.0", kernel: "^0.1.0", provides: ["metrics"] },
  apply(host) {
    for (const entry of metricEntries) host.contribute("metrics", entry);
  },
});
