import type { TensorInfo } from "@tensorflow/tfjs-core";
import { unfitShape } from "../unfit-tensor.ts";
import { sizeOf } from "../heap.ts";
import { ownKernel, requireDtype } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

interface Attrs {
  readonly groups: number;
  readonly eps: number;
}

interface Size {
  readonly batch: number;
  readonly rows: number;
  readonly channels: number;
}

function sizesOf(op: string, x: TensorInfo, groups: number, ...perChannel: readonly TensorInfo[]): Size {
  const [batch = 0] = x.shape;
  const channels = x.shape.at(-1) ?? 1;
  const fits = x.shape.length >= 2 && sizeOf(x.shape) > 0 && Number.isInteger(channels / groups);
  if (!fits) throw unfitShape({ op, expected: `[batch, …, a multiple of ${groups} channels]`, received: x.shape });
  for (const { shape } of perChannel) {
    if (sizeOf(shape) !== channels) throw unfitShape({ op, expected: `[${channels}]`, received: shape });
  }
  return { batch, channels, rows: sizeOf(x.shape) / batch / channels };
}

/** `x` `[batch, …, channels]` → `[y, mean [batch, groups], variance [batch, groups]]`. @source Wu & He 2018 */
export const groupNorm: OwnKernel = ownKernel<"x" | "gamma" | "beta", Attrs>(
  "FastapGroupNorm",
  (heap) =>
    ({ x, gamma, beta }, { groups, eps }) => {
      requireDtype("FastapGroupNorm", "float32", x, gamma, beta);
      const { batch, rows, channels } = sizesOf("FastapGroupNorm", x, groups, gamma, beta);
      const scratch = heap.scratch("sums", heap.kernels.groupNormBytes(channels));
      const [y, mean, variance] = heap.outputs(x.shape, [batch, groups], [batch, groups]);
      heap.kernels.groupNormForward(
        ...([heap.pointer(x), batch, rows, channels, groups] as const),
        ...([heap.pointer(gamma), heap.pointer(beta), eps] as const),
        ...([heap.pointer(y), heap.pointer(mean), heap.pointer(variance), scratch] as const),
      );
      return [y, mean, variance];
    },
);

/** → `[dx, dgamma [channels], dbeta [channels]]`, with the mean and variance of the forward pass. */
export const groupNormGrad: OwnKernel = ownKernel<"x" | "dy" | "gamma" | "mean" | "variance", Attrs>(
  "FastapGroupNormGrad",
  (heap) =>
    ({ x, dy, gamma, mean, variance }, { groups, eps }) => {
      requireDtype("FastapGroupNormGrad", "float32", x, dy, gamma, mean, variance);
      const { batch, rows, channels } = sizesOf("FastapGroupNormGrad", x, groups, gamma);
      const scratch = heap.scratch("sums", heap.kernels.groupNormBytes(channels));
      const [dx, dGamma, dBeta] = heap.outputs(x.shape, [channels], [channels]);
      heap.kernels.groupNormGrad(
        ...([heap.pointer(x), heap.pointer(dy), batch, rows, channels, groups] as const),
        ...([heap.pointer(gamma), heap.pointer(mean), heap.pointer(variance), eps] as const),
        ...([heap.pointer(dx), heap.pointer(dGamma), heap.pointer(dBeta), scratch] as const),
      );
      return [dx, dGamma, dBeta];
    },
);
