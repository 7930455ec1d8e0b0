import { definePlugin, type Plugin } from "@fastap/kernel";
import { callbackEntries } from "./entries.ts";
import { summaryMethod } from "./learner-summary.ts";

/** `learn.summary()`, and callbacks that look into a model while it trains. */
export const inspect: Plugin<"inspect"> = definePlugin({
  meta: { name: "inspect", version: "0.1.0", kernel: "^0.1.0", provides: ["callbacks", "learnerMethods"], requires: ["engine"] },
  apply(host) {
    for (const entry of callbackEntries) host.contribute("callbacks", entry);
    host.contribute("learnerMethods", { name: "summary", make: () => summaryMethod });
  },
});
