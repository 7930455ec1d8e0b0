import type { Run, syncHook } from "@fastap/kernel";
import type { GradNormOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    "grad-norm": GradNormOptions;
  }
  interface ExtraRunHooks {
    /** The norm of a step's gradients, after clipping. */
    readonly gradNorm: ReturnType<typeof syncHook<[norm: number, run: Run]>>;
  }
}
