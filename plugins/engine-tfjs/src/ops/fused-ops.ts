import type { FusedOps } from "@fastap/kernel";
import { batchNormTrain } from "./batch-norm-train.ts";
import { biasActivation } from "./bias-activation.ts";
import { clipGradients } from "./clip-gradients.ts";
import { dropout } from "./dropout.ts";
import { findNotFinite } from "./find-not-finite.ts";
import { backendHasKernel } from "./fused-kernel.ts";
import type { HasKernel } from "./fused-kernel.ts";
import { gridSample } from "./grid-sample.ts";
import { groupNorm } from "./group-norm.ts";
import { embedColumns } from "./embed-columns.ts";
import { gru } from "./gru.ts";
import { linear } from "./linear.ts";
import { lighting } from "./lighting.ts";
import { lstm } from "./lstm.ts";
import { optimizerStep } from "./optimizer-step.ts";
import { relu } from "./relu.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

/** Fused ops that call a kernel where `hasKernel` says so: by default, where the current backend registered it. */
export function createOps(hasKernel: HasKernel = backendHasKernel): FusedOps {
  return {
    linear: (x, weight, bias, activation) => linear(x, weight, { bias, activation }, hasKernel),
    biasActivation: (x, bias, activation) => biasActivation(x, { bias, activation }, hasKernel),
    relu: (x) => relu(x, hasKernel),
    batchNormTrain: (x, gamma, beta, eps, running, activation) => batchNormTrain(x, gamma, beta, { eps, running, activation }, hasKernel),
    embedColumns: (ids, tables, rest) => embedColumns(ids, tables, rest, hasKernel),
    groupNorm: (x, gamma, beta, groups, eps) => groupNorm(x, gamma, beta, { groups, eps }, hasKernel),
    softmaxCrossEntropy: (logits, labels, options) => softmaxCrossEntropy(logits, labels, options, hasKernel),
    clipGradients: (grads, maxNorm) => clipGradients(grads, maxNorm, hasKernel),
    findNotFinite: (tensors) => findNotFinite(tensors, hasKernel),
    dropout: (x, p, seed) => dropout(x, p, seed, hasKernel),
    gridSample: (x, maps, options) => gridSample(x, maps, options, hasKernel),
    lighting: (x, factors) => lighting(x, factors, hasKernel),
    optimizerStep: (rule, items) => optimizerStep(rule, items, hasKernel),
    lstm: (x, h0, c0, weights) => lstm(x, h0, c0, weights, hasKernel),
    gru: (x, h0, weights) => gru(x, h0, weights, hasKernel),
  };
}

/** The definitions in plain ops, on whatever backend is current: reference, fallback and test oracle of the kernels. */
export const composedOps: FusedOps = createOps(() => false);

/** The same ops, each of which first calls `check` with its name, `ops.lstm`. */
export function checkedOps(ops: FusedOps, check: (action: string) => unknown): FusedOps {
  type Op = (...args: readonly unknown[]) => unknown;
  const checked = Object.entries<Op>(ops as unknown as Record<string, Op>).map(([name, op]): [string, Op] => {
    const action = `ops.${name}`;
    return [name, (...args) => (check(action), op(...args))];
  });
  return Object.fromEntries(checked) as unknown as FusedOps;
}
