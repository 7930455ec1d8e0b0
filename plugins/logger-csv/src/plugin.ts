import { attach, definePlugin, type Plugin } from "@fastap/kernel";
import { csvLogger } from "./csv-logger.ts";
import { parseOptions } from "./options.ts";

/** Logs every fit to a CSV file. */
export const loggerCsv: Plugin<"logger-csv"> = definePlugin({
  meta: { name: "logger-csv", version: "0.1.0", kernel: "^0.1.0", after: ["learner", "checkpoint"] },
  parseOptions,
  apply(host, options) {
    host.hooks.run.tap("logger-csv", (run) => attach(run, csvLogger(options), "logger-csv"));
  },
});
