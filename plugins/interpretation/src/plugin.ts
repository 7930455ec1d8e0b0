import { definePlugin, type Plugin } from "@fastap/kernel";
import { interpretMethod } from "./interpret-method.ts";

/** `learn.interpret()`; the classes are also there to be used from code. */
export const interpretation: Plugin<"interpretation"> = definePlugin({
  meta: { name: "interpretation", version: "0.1.0", kernel: "^0.1.0", provides: ["learnerMethods"], requires: ["engine"] },
  apply(host) {
    host.contribute("learnerMethods", { name: "interpret", make: () => interpretMethod });
  },
});
