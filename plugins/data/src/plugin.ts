import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { idxDataLoaders } from "./idx-data-loaders.ts";
import { imageInputs } from "./image-inputs.ts";
import { contributeTextDisplays } from "./text-displays.ts";
import { closeWorkers } from "./workers/close-workers.ts";

/** Contributes the datasets `idx` and `imageInputs`; datasets and loaders are also there to be used from code. */
export const data: Plugin<"data"> = definePlugin({
  meta: { name: "data", version: "0.1.0", kernel: "^0.1.0", provides: ["datasets", "displays"], requires: ["engine", "random"] },
  apply(host) {
    contributeTextDisplays(host);
    host.hooks.run.tap("data", closeWorkers);
    host.contribute("datasets", {
      name: "idx",
      make: async (options, from) =>
        idxDataLoaders(options, {
          engine: from.resolve("engine"),
          random: from.resolve("random"),
          displays: from.registry("displays"),
          root: from.config.root,
        }),
    });
    host.contribute("datasets", {
      name: "imageInputs",
      make: async (options, from) => imageInputs(options, { engine: from.resolve("engine"), root: from.config.root ?? "." }),
    });
  },
});
