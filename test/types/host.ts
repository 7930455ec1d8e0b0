import { createHost, definePlugin, type Plugin, type Run } from "@fastap/kernel";
import type {} from "fastap-plugin-grad-norm";

/** Compiled, never run: what must not type-check is marked, and an unneeded mark is an error. */
export async function hostTypes(): Promise<void> {
  const host = await createHost({ plugins: [], config: { backend: "wasm", seed: 42 } });
  host.resolve("engine").memory().tensors.toFixed();
  host.resolve("random").uniform().toFixed();
  // @ts-expect-error -- no such token
  host.resolve("engines");
  // @ts-expect-error -- a service is not a registry
  host.registry("engine");
  // @ts-expect-error -- the entry makes a number, and models are made of modules
  host.contribute("models", { name: "x", make: () => 1 });
  // @ts-expect-error -- a seed is a number
  await createHost({ config: { seed: "42" } });
  // @ts-expect-error -- the config is read-only
  host.config.seed = 1;
}

export function runTypes(run: Run): void {
  run.hooks.afterPred.tap("x", () => undefined);
  run.hooks.afterBatch.tapPromise("x", async () => undefined);
  // @ts-expect-error -- no such event
  run.hooks.afterCreate.tap("x", () => undefined);
  // @ts-expect-error -- no such scope
  run.cancel("epochs");
  // @ts-expect-error -- the loop counts
  run.epoch = 3;
  // @ts-expect-error -- a waterfall hands its value on
  run.hooks.reduceGradients.tap("x", () => 1);
}

/** A plugin's options have the type it merged in, and its hook is on every run. */
export const typed: Plugin<"grad-norm"> = definePlugin({
  meta: { name: "grad-norm", version: "0.1.0", kernel: "^0.1.0" },
  apply(host, options) {
    options.every.toFixed();
    // @ts-expect-error -- no such option
    options.often;
    host.hooks.run.tap("grad-norm", ({ hooks }) => {
      hooks.gradNorm.tap("grad-norm", (norm, run) => norm.toFixed(run.epoch));
      // @ts-expect-error -- the norm is a number
      hooks.gradNorm.call("1", {} as Run);
    });
  },
});

// @ts-expect-error -- a plugin without meta
export const nameless: Plugin = { apply: () => undefined };
