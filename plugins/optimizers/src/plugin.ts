import { definePlugin, type Plugin } from "@fastap/kernel";
import { optimizerEntries } from "./entries.ts";

/** fastai's optimizers, by name in the registry `optimizers`. */
export const optimizers: Plugin<"optimizers"> = definePlugin({
  meta: { name: "optimizers", version: "0.1.0", kernel: "^0.1.0", provides: ["optimizers"], requires: ["engine"] },
  apply(host) {
    for (const entry of optimizerEntries) host.contribute("optimizers", entry);
  },
});
