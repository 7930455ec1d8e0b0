import { definePlugin, type Plugin } from "@fastap/kernel";
import { callbackEntries } from "./entries.ts";

/** MixUp and CutMix, by name in the registry `callbacks`. */
export const mixup: Plugin<"mixup"> = definePlugin({
  meta: { name: "mixup", version: "0.1.0", kernel: "^0.1.0", provides: ["callbacks"], requires: ["random"] },
  apply(host) {
    for (const entry of callbackEntries) host.contribute("callbacks", entry);
  },
});
