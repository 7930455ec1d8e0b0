import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import type { ActivationAttrs } from "./activation.ts";
import { multiply } from "./batch-mat-mul.ts";
import { addAndActivate, checkBias } from "./bias-activation.ts";

/** `x` `[rows, nIn]` · `weight` `[nIn, nOut]`, then `bias` `[nOut]` and the activation, if any, in the memory of the product. */
export const linear: OwnKernel = ownKernel<"x" | "weight" | "bias", ActivationAttrs>(
  "FastapLinear",
  (heap) =>
    ({ x, weight, bias }, attrs) => {
      requireDtype("FastapLinear", "float32", x);
      checkBias("FastapLinear", weight, bias);
      const out = multiply(heap, x, weight, { transposeA: false, transposeB: false });
      addAndActivate(heap, { x: out, bias, out }, attrs);
      return [out];
    },
);
