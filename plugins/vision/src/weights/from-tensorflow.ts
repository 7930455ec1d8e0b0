import type { StateDict, StoredTensor } from "@fastap/kernel";
import { decodeSafetensors, floatsOf } from "@fastap/plugin-nn";
import { convKernel, depthwiseKernel, linearKernel } from "./tensorflow-kernel.ts";

/** Our name of a layer for that of TensorFlow's scope, undefined where nothing of ours is meant. */
export type ScopeNames = (scope: string) => string | undefined;

/**
 * Reads a safetensors file of kernels `[height, width, in, out]` (depthwise `[height, width, channels, 1]`) and biases.
 * `linear` is our name of the layer whose kernel is a matrix here.
 */
export function fromTensorflow(names: ScopeNames, linear?: string): (bytes: Uint8Array) => StateDict {
  return (bytes) => {
    const entries = [...decodeSafetensors(bytes).state].map(([path, stored]): [string, StoredTensor] => {
      const at = path.lastIndexOf("/");
      const layer = names(path.slice(0, at)) ?? path.slice(0, at);
      const data = floatsOf(stored);
      if (path.slice(at + 1) !== "kernel") return [`${layer}.bias`, { dtype: "F32", shape: stored.shape, data }];
      const convert = path.includes("depthwise") ? depthwiseKernel : layer === linear ? linearKernel : convKernel;
      return [`${layer}.weight`, convert(data, stored.shape)];
    });
    return new Map(entries);
  };
}
