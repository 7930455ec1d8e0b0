import { definePlugin, type Plugin } from "@fastap/kernel";
import { namedTransforms } from "./augment/named-transforms.ts";
import { namedDatasets } from "./data/named-datasets.ts";
import { contributeDisplays } from "./show/contribute-displays.ts";

/** Images: what a config may name of them. */
export const vision: Plugin<"vision"> = definePlugin({
  meta: {
    name: "vision",
    version: "0.1.0",
    kernel: "^0.1.0",
    provides: ["displays", "transforms", "datasets"],
    requires: ["engine", "random"],
  },
  apply(host) {
    contributeDisplays(host);
    for (const entry of namedTransforms) host.contribute("transforms", entry);
    for (const entry of namedDatasets) host.contribute("datasets", entry);
  },
});
