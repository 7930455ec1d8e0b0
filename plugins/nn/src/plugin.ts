import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { convNet } from "./models/conv-net.ts";
import { mlp } from "./models/mlp.ts";
import { parseConvNet, parseMlp } from "./options.ts";

/** Registers the models `convNet` and `mlp`. */
export const nn: Plugin<"nn"> = definePlugin({
  meta: { name: "nn", version: "0.1.0", kernel: "^0.1.0", provides: ["models"], requires: ["engine", "random"] },
  apply(host) {
    host.contribute("models", { name: "convNet", make: (options) => convNet(parseConvNet(options)) });
    host.contribute("models", { name: "mlp", make: (options) => mlp(parseMlp(options)) });
  },
});
