import { definePlugin } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { convNet } from "./models/conv-net.ts";
import { mlp } from "./models/mlp.ts";
import { resnet18, resnet34 } from "./models/resnet.ts";
import { parseConvNet, parseMlp, parseResnet } from "./options.ts";

/** Registers the models `convNet`, `mlp`, `resnet18` and `resnet34`. */
export const nn: Plugin<"nn"> = definePlugin({
  meta: { name: "nn", version: "0.1.0", kernel: "^0.1.0", provides: ["models"], requires: ["engine", "random"] },
  apply(host) {
    host.contribute("models", { name: "convNet", make: (options) => convNet(parseConvNet(options)) });
    host.contribute("models", { name: "mlp", make: (options) => mlp(parseMlp(options)) });
    host.contribute("models", { name: "resnet18", make: (options) => resnet18(parseResnet(options)) });
    host.contribute("models", { name: "resnet34", make: (options) => resnet34(parseResnet(options)) });
  },
});
