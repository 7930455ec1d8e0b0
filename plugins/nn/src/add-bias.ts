import { batchNorm, customGrad, matMul, ones, onesLike, reshape, zerosLike } from "@tensorflow/tfjs-core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/** Kernels that it and its gradient run. */
export const ADD_BIAS_OPS: readonly string[] = ["FusedBatchNorm", "BatchMatMul"];

/**
 * `x` `[…, channels]` plus `bias` `[channels]`. Batch norm with mean 0 and variance 1 adds by channel in one pass, and a
 * product with ones sums by channel: broadcasting add and sum over leading axes are many times slower on cpu and wasm.
 */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  const add = customGrad((a, b) => {
    const [features, offset] = [a as Tensor, b as Tensor1D];
    const value = batchNorm(rowsOf(features), zerosLike(offset), onesLike(offset), offset, undefined, 0);
    return { value: reshape(value, features.shape), gradFunc: (dy: Tensor) => [dy, channelSums(dy)] };
  });
  return add(x, bias);
}

function channelSums(dy: Tensor): Tensor {
  const rows = rowsOf(dy);
  return reshape(matMul(ones([1, rows.shape[0] ?? 1]), rows), [rows.shape[1] ?? 1]);
}

/** `[…, channels]` → `[rows, channels]` */
export function rowsOf(x: Tensor): Tensor {
  const channels = x.shape.at(-1) ?? 1;
  return reshape(x, [x.size / channels, channels]);
}
