import type { FusedBatchNormAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../heap.ts";
import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Batch norm with given statistics, one number per channel; statistics of any other shape stay with the stock kernel. */
export const fusedBatchNorm: OwnKernel = ownKernel<"x" | "mean" | "variance" | "offset" | "scale", FusedBatchNormAttrs>(
  "FusedBatchNorm",
  (heap, stock) => (inputs, attrs) => {
    const { x, mean, variance } = inputs;
    // tfjs leaves out what the caller did not give.
    const { offset, scale } = inputs as { readonly offset?: TensorInfo; readonly scale?: TensorInfo };
    const channels = x.shape.at(-1) ?? 1;
    const perChannel = [mean, variance, offset, scale].every((t) => t == null || (t.dtype === "float32" && sizeOf(t.shape) === channels));
    if (!perChannel || x.dtype !== "float32") return stock(inputs, attrs);
    const scratch = heap.scratch("sums", 4 * channels);
    const y = heap.output(x.shape);
    const pointer = (t: TensorInfo | undefined): number => (t == null ? 0 : heap.pointer(t));
    heap.kernels.scaleShift(
      ...([heap.pointer(x), sizeOf(x.shape) / Math.max(channels, 1), channels] as const),
      ...([pointer(mean), pointer(variance), pointer(scale), pointer(offset), attrs.varianceEpsilon] as const),
      ...([heap.pointer(y), scratch] as const),
    );
    return y;
  },
);
