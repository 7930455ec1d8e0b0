import type { TensorInfo } from "@tensorflow/tfjs-core";
import { E_BACKEND_WASM_SHAPE } from "../errors.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly eps: number;
}

/** Channels, after a check that each of the tensors has one number per channel of `x`. */
function channelsOf(op: string, x: TensorInfo, ...perChannel: readonly TensorInfo[]): number {
  const channels = x.shape.at(-1) ?? 1;
  for (const { shape } of perChannel) {
    if (sizeOf(shape) !== channels) throw E_BACKEND_WASM_SHAPE({ op, expected: `[${channels}]`, received: shape });
  }
  return channels;
}

/** `x` `[…, channels]` → `[y, mean [channels], variance [channels]]`, the variance biased. @source Ioffe & Szegedy 2015, algorithm 1 */
export const batchNormTrain: OwnKernel = ownKernel<"x" | "gamma" | "beta", Attrs>(
  "FastapBatchNormTrain",
  (heap) =>
    ({ x, gamma, beta }, { eps }) => {
      requireDtype("FastapBatchNormTrain", "float32", x, gamma, beta);
      const channels = channelsOf("FastapBatchNormTrain", x, gamma, beta);
      const scratch = heap.scratch("sums", 8 * channels);
      const [y, mean, variance] = heap.outputs(x.shape, [channels], [channels]);
      heap.kernels.batchNormForward(
        ...([heap.pointer(x), sizeOf(x.shape) / channels, channels] as const),
        ...([heap.pointer(gamma), heap.pointer(beta), eps] as const),
        ...([heap.pointer(y), heap.pointer(mean), heap.pointer(variance), scratch] as const),
      );
      return [y, mean, variance];
    },
);

/** → `[dx, dgamma [channels], dbeta [channels]]`, with the mean and variance of the forward pass. */
export const batchNormTrainGrad: OwnKernel = ownKernel<"x" | "dy" | "gamma" | "mean" | "variance", Attrs>(
  "FastapBatchNormTrainGrad",
  (heap) =>
    ({ x, dy, gamma, mean, variance }, { eps }) => {
      requireDtype("FastapBatchNormTrainGrad", "float32", x, dy, gamma, mean, variance);
      const channels = channelsOf("FastapBatchNormTrainGrad", x, gamma, mean, variance);
      if (sizeOf(dy.shape) !== sizeOf(x.shape)) {
        throw E_BACKEND_WASM_SHAPE({ op: "FastapBatchNormTrainGrad", expected: `[${x.shape.join(", ")}]`, received: dy.shape });
      }
      const scratch = heap.scratch("sums", 16 * channels);
      const [dx, dGamma, dBeta] = heap.outputs(x.shape, [channels], [channels]);
      heap.kernels.batchNormGrad(
        ...([heap.pointer(x), heap.pointer(dy), sizeOf(x.shape) / channels, channels] as const),
        ...([heap.pointer(gamma), heap.pointer(mean), heap.pointer(variance), eps] as const),
        ...([heap.pointer(dx), heap.pointer(dGamma), heap.pointer(dBeta), scratch] as const),
      );
      return [dx, dGamma, dBeta];
    },
);
