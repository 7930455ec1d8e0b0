import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import type { Heap } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";
import { valuesOf } from "../tensor-values.ts";

interface Attrs {
  readonly eps: number;
  /** Applied to what comes out; no other is known here. */
  readonly activation?: "relu" | undefined;
}

interface TrainAttrs extends Attrs {
  /** Share of the batch in the running statistics, if those are given. */
  readonly momentum?: number;
}

/** Channels, after a check that each of the tensors has one number per channel of `x`. */
function channelsOf(op: string, x: TensorInfo, ...perChannel: readonly TensorInfo[]): number {
  const channels = x.shape.at(-1) ?? 1;
  for (const { shape } of perChannel) {
    if (sizeOf(shape) !== channels) throw unfitShape({ op, expected: `[${channels}]`, received: shape });
  }
  return channels;
}

/**
 * `x` `[…, channels]` → `[y, mean [channels], variance [channels]]`, the variance biased. With `runningMean` and `runningVariance` two more:
 * these, moved towards the batch's, in place unless others share their memory. @source Ioffe & Szegedy 2015, algorithm 1
 */
export const batchNormTrain: OwnKernel = ownKernel<"x" | "gamma" | "beta" | "runningMean" | "runningVariance", TrainAttrs>(
  "FastapBatchNormTrain",
  (heap) =>
    ({ x, gamma, beta, ...others }, { eps, activation, momentum = 0 }) => {
      const running = runningOf(others);
      requireDtype("FastapBatchNormTrain", "float32", x, gamma, beta, ...running);
      const channels = channelsOf("FastapBatchNormTrain", x, gamma, beta, ...running);
      const scratch = heap.scratch("sums", 16 * channels);
      const [y, mean, variance] = heap.outputs(x.shape, [channels], [channels]);
      heap.kernels.batchNormForward(
        ...([heap.pointer(x), sizeOf(x.shape) / channels, channels] as const),
        ...([heap.pointer(gamma), heap.pointer(beta), eps, activation === "relu" ? 1 : 0] as const),
        ...([heap.pointer(y), heap.pointer(mean), heap.pointer(variance), scratch] as const),
      );
      return [y, mean, variance, ...track(heap, [mean, variance], running, { momentum, n: sizeOf(x.shape) / channels })];
    },
);

function runningOf(others: { readonly runningMean?: TensorInfo; readonly runningVariance?: TensorInfo }): TensorInfo[] {
  const { runningMean, runningVariance } = others;
  return runningMean === undefined || runningVariance === undefined ? [] : [runningMean, runningVariance];
}

/** Rounded after every operation, as the composed definition is. The running variance is the unbiased one. */
function track(
  heap: Heap,
  batch: readonly TensorInfo[],
  running: TensorInfo[],
  { momentum, n }: { momentum: number; n: number },
): TensorInfo[] {
  const { fround } = Math;
  const outs = heap.inPlace(running);
  const kept = fround(1 - momentum);
  outs.forEach((out, k) => {
    const share = fround(k === 0 ? momentum : (momentum * n) / (n - 1));
    const [to, from, now] = [out, running[k] ?? out, batch[k] ?? out].map((tensor) => valuesOf(heap, tensor) as Float32Array);
    if (to === undefined || from === undefined || now === undefined) return;
    for (let i = 0; i < to.length; i++) to[i] = fround((from[i] ?? 0) * kept) + fround((now[i] ?? 0) * share);
  });
  return outs;
}

/** → `[dx, dgamma [channels], dbeta [channels]]`, with the mean and variance of the forward pass. `beta` is of use to the activation alone. */
export const batchNormTrainGrad: OwnKernel = ownKernel<"x" | "dy" | "gamma" | "beta" | "mean" | "variance", Attrs>(
  "FastapBatchNormTrainGrad",
  (heap) =>
    ({ x, dy, gamma, beta, mean, variance }, { eps, activation }) => {
      requireDtype("FastapBatchNormTrainGrad", "float32", x, dy, gamma, beta, mean, variance);
      const channels = channelsOf("FastapBatchNormTrainGrad", x, gamma, beta, mean, variance);
      if (sizeOf(dy.shape) !== sizeOf(x.shape)) {
        throw unfitShape({ op: "FastapBatchNormTrainGrad", expected: `[${x.shape.join(", ")}]`, received: dy.shape });
      }
      const scratch = heap.scratch("sums", 44 * channels);
      const [dx, dGamma, dBeta] = heap.outputs(x.shape, [channels], [channels]);
      heap.kernels.batchNormGrad(
        ...([heap.pointer(x), heap.pointer(dy), sizeOf(x.shape) / channels, channels] as const),
        ...([heap.pointer(gamma), heap.pointer(beta)] as const),
        ...([heap.pointer(mean), heap.pointer(variance), eps, activation === "relu" ? 1 : 0] as const),
        ...([heap.pointer(dx), heap.pointer(dGamma), heap.pointer(dBeta), scratch] as const),
      );
      return [dx, dGamma, dBeta];
    },
);
