import { attach, definePlugin, type Plugin } from "@fastap/kernel";
import { parseOptions } from "./options.ts";
import { tensorBoard } from "./tensor-board.ts";

/** Logs every fit for TensorBoard. */
export const loggerTensorboard: Plugin<"logger-tensorboard"> = definePlugin({
  meta: { name: "logger-tensorboard", version: "0.1.0", kernel: "^0.1.0", after: ["learner", "checkpoint"] },
  parseOptions,
  apply(host, options) {
    host.hooks.run.tap("logger-tensorboard", (run) => attach(run, tensorBoard(options), "logger-tensorboard"));
  },
});
