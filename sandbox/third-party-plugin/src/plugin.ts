import { definePlugin, type Plugin, Stage, syncHook } from "@fastap/kernel";
import { globalNorm } from "./grad-norm.ts";
import { parseOptions } from "./options.ts";

/** Measures the gradient norm after clipping, prints it and hands it to whoever taps `run.hooks.gradNorm`. */
export const gradNorm: Plugin<"grad-norm"> = definePlugin({
  meta: { name: "grad-norm", version: "0.1.0", kernel: "^0.1.0" },
  parseOptions,
  runHooks: { gradNorm: () => syncHook("norm", "run") },
  apply(host, { every }) {
    host.hooks.run.tap("grad-norm", ({ hooks }) => {
      hooks.gradNorm.tap("grad-norm", (norm, run) => console.error(`step ${run.trainIter}: gradient norm ${norm.toPrecision(4)}`));
      hooks.reduceGradients.tapPromise({ name: "grad-norm", stage: Stage.record }, async (grads, run) => {
        if (run.trainIter % every === 0) hooks.gradNorm.call(await globalNorm(run.engine, grads), run);
        return grads;
      });
    });
  },
});
