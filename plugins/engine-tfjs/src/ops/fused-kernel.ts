import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Kernels that a backend may register; each op has a composed definition beside it. */
export const FUSED_KERNELS = [
  "FastapLinear",
  "FastapBiasActivation",
  "FastapActivationGrad",
  "FastapEmbedColumns",
  "FastapEmbedColumnsGrad",
  "FastapBatchNormTrain",
  "FastapBatchNormTrainGrad",
  "FastapGroupNorm",
  "FastapGroupNormGrad",
  "FastapSoftmaxCrossEntropy",
  "FastapClipGradients",
  "FastapDropout",
  "FastapGridSample",
  "FastapLighting",
  "FastapOptimizerStep",
  "FastapLstm",
  "FastapLstmGrad",
  "FastapGru",
  "FastapGruGrad",
] as const;
export type FusedKernel = (typeof FUSED_KERNELS)[number];

/** Says whether to call a kernel rather than the composed definition. */
export type HasKernel = (kernel: FusedKernel) => boolean;

export const backendHasKernel: HasKernel = (kernel) => tf.getKernel(kernel, tf.getBackend()) !== undefined;

/** Runs a fused kernel of the current backend; it returns a list of tensors, fresh ones unless the op says otherwise. */
export function runFused(kernel: FusedKernel, inputs: Record<string, Tensor>, attrs: Readonly<Record<string, unknown>>): Tensor[] {
  return tf.engine().runKernel<Tensor[]>(kernel, inputs, attrs as tf.NamedAttrMap);
}
