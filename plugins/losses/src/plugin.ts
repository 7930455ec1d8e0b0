import { definePlugin, type Plugin } from "@fastap/kernel";
import { lossEntries } from "./entries.ts";

/** fastai's losses, by name in the registry `losses`. */
export const losses: Plugin<"losses"> = definePlugin({
  meta: { name: "losses", version: "0.1.0", kernel: "^0.1.0", provides: ["losses"], requires: ["engine"] },
  apply(host) {
    for (const entry of lossEntries) host.contribute("losses", entry);
  },
});
