import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { idxDataLoaders } from "./idx-data-loaders.ts";

/** Contributes the dataset `idx`; datasets and loaders are also there to be used from code. */
export const data: Plugin<"data"> = definePlugin({
  meta: { name: "data", version: "0.1.0", kernel: "^0.1.0", provides: ["datasets"], requires: ["engine", "random"] },
  apply(host) {
    host.contribute("datasets", {
      name: "idx",
      make: async (options, from) =>
        idxDataLoaders(options, { engine: from.resolve("engine"), random: from.resolve("random"), root: from.config.root }),
    });
  },
});
