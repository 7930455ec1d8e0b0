import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { isTensor, tapingEngine } from "../taping-engine.ts";

/** Kernels that a backend may register; each op has a composed definition beside it. */
export const FUSED_KERNELS = [
  "FastapLinear",
  "FastapBiasActivation",
  "FastapActivationGrad",
  "FastapBiasActivationGrad",
  "FastapEmbedColumns",
  "FastapEmbedColumnsGrad",
  "FastapBatchNormTrain",
  "FastapBatchNormTrainGrad",
  "FastapGroupNorm",
  "FastapGroupNormGrad",
  "FastapSoftmaxCrossEntropy",
  "FastapClipGradients",
  "FastapFindNotFinite",
  "FastapIntsOfBytes",
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
  return run(kernel, inputs, attrs) as Tensor[];
}

/** The same with a kernel of tfjs's own, without the checks of its op. */
export function runPlain(kernel: string, inputs: Record<string, Tensor>, attrs: Readonly<Record<string, unknown>> = {}): Tensor {
  return run(kernel, inputs, attrs) as Tensor;
}

/** Past tfjs's engine where that would add nothing but time: its bookkeeping takes longer than a small kernel. */
function run(name: string, inputs: Record<string, Tensor>, attrs: Readonly<Record<string, unknown>>): Tensor | Tensor[] {
  const engine = tapingEngine();
  const kernel = tf.getKernel(name, engine.backendName);
  const watched = engine.isTapeOn() || engine.state.profiling || tf.env().getBool("DEBUG");
  if (watched || kernel === undefined) return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap);
  const made = kernel.kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend: engine.backend as object });
  return Array.isArray(made) ? made.map((info) => tensorOf(info)) : tensorOf(made);
}

function tensorOf(info: TensorInfo): Tensor {
  return isTensor(info) ? info : tapingEngine().makeTensorFromTensorInfo(info);
}
