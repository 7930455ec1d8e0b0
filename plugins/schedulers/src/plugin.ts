import { definePlugin, type Plugin } from "@fastap/kernel";
import { methodEntries } from "./methods.ts";

/** Schedules, and the Learner methods that train by them. */
export const schedulers: Plugin<"schedulers"> = definePlugin({
  meta: { name: "schedulers", version: "0.1.0", kernel: "^0.1.0", provides: ["learnerMethods"], after: ["learner"] },
  apply(host) {
    for (const entry of methodEntries) host.contribute("learnerMethods", entry);
  },
});
