import type { FusedOps } from "@fastap/kernel";
import { adamStep } from "./adam-step.ts";
import { batchNormTrain } from "./batch-norm-train.ts";
import { backendHasKernel } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

/** Fused ops that call a kernel where `hasKernel` says so: by default, where the current backend registered it. */
export function createOps(hasKernel: HasKernel = backendHasKernel): FusedOps {
  return {
    batchNormTrain: (x, gamma, beta, eps) => batchNormTrain(x, gamma, beta, eps, hasKernel),
    softmaxCrossEntropy: (logits, labels, options) => softmaxCrossEntropy(logits, labels, options, hasKernel),
    adamStep: (param, grad, avg, sqrAvg, step) => adamStep(param, grad, avg, sqrAvg, step, hasKernel),
  };
}

/** The definitions in plain ops, on whatever backend is current: reference, fallback and test oracle of the kernels. */
export const composedOps: FusedOps = createOps(() => false);
