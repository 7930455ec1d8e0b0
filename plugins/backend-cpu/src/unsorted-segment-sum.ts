import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { registerKernel, unregisterKernel, util } from "@tensorflow/tfjs-core";
import type { TensorInfo, TypedArray, UnsortedSegmentSumAttrs } from "@tensorflow/tfjs-core";

const kernelName = "UnsortedSegmentSum";

interface Inputs {
  readonly x: TensorInfo;
  readonly segmentIds: TensorInfo;
}

/**
 * `x` `[rows, …]` and `segmentIds` `[rows]` → `[numSegments, …]`, in one pass; rows of ids outside 0…numSegments−1 are dropped. That of tfjs keeps
 * as many copies of `x` as there are segments: 18 GB for the gradient of an embedding of 10,000 words, and a NaN in one becomes a NaN in all.
 */
function unsortedSegmentSum(backend: MathBackendCPU, { x, segmentIds }: Inputs, numSegments: number): TensorInfo {
  util.assert(x.dtype !== "complex64", () => "unsortedSegmentSum takes no complex64 on backend cpu");
  const valuesOf = ({ dataId }: TensorInfo): TypedArray => backend.data.get(dataId).values as TypedArray;
  const values = valuesOf(x);
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
  const length = util.sizeFromShape(shape.slice(1));
  const sums = new Float64Array(numSegments * length);
  valuesOf(segmentIds).forEach((id, row) => {
    if (id < 0 || id >= numSegments) return;
    for (let i = 0; i < length; i++) sums[id * length + i] = (sums[id * length + i] ?? 0) + (values[row * length + i] ?? 0);
  });
  return backend.makeTensorInfo(shape, x.dtype, util.toTypedArray(sums, x.dtype));
}

/** Puts it in the place of that of tfjs; harmless when repeated. */
export function registerUnsortedSegmentSum(): void {
  unregisterKernel(kernelName, "cpu");
  registerKernel({
    kernelName,
    backendName: "cpu",
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { numSegments } = attrs as unknown as UnsortedSegmentSumAttrs;
      return unsortedSegmentSum(backend as MathBackendCPU, inputs as unknown as Inputs, numSegments);
    },
  });
}
