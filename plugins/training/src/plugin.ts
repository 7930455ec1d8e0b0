import { definePlugin, type Plugin } from "@fastap/kernel";
import { callbackEntries } from "./entries.ts";

/** Callbacks that change how a batch trains, by name in the registry `callbacks`. */
export const training: Plugin<"training"> = definePlugin({
  meta: { name: "training", version: "0.1.0", kernel: "^0.1.0", provides: ["callbacks"] },
  apply(host) {
    for (const entry of callbackEntries) host.contribute("callbacks", entry);
  },
});
