import { definePlugin, type Plugin } from "@fastap/kernel";
import { callbackEntries } from "./entries.ts";

/** Callbacks that watch a column of the record, by name in the registry `callbacks`. */
export const trackers: Plugin<"trackers"> = definePlugin({
  meta: { name: "trackers", version: "0.1.0", kernel: "^0.1.0", provides: ["callbacks"], after: ["learner"] },
  apply(host) {
    for (const entry of callbackEntries) host.contribute("callbacks", entry);
  },
});
