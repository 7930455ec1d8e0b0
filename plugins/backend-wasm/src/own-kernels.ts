import { adamStep } from "./kernels/adam-step.ts";
import { avgPool } from "./kernels/avg-pool.ts";
import { batchMatMul } from "./kernels/batch-mat-mul.ts";
import { batchNormTrain, batchNormTrainGrad } from "./kernels/batch-norm-train.ts";
import { clipByValue, relu, relu6 } from "./kernels/clip-by-value.ts";
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from "./kernels/conv2d.ts";
import { depthwiseBackpropFilter, depthwiseBackpropInput } from "./kernels/depthwise-conv2d.ts";
import { einsum } from "./kernels/einsum.ts";
import { fusedConv2d, fusedDepthwiseConv2d, fusedMatMul } from "./kernels/fused-activation.ts";
import { identity } from "./kernels/identity.ts";
import { maxPoolGrad } from "./kernels/max-pool-grad.ts";
import { mean, sum } from "./kernels/reduce.ts";
import { slice } from "./kernels/slice.ts";
import { softmaxCrossEntropy } from "./kernels/softmax-cross-entropy.ts";
import { unsortedSegmentSum } from "./kernels/unsorted-segment-sum.ts";
import type { OwnKernel } from "./own-kernel.ts";

/** Everything that this backend adds to tfjs's wasm kernels, or puts in their place. */
export const ownKernels: readonly OwnKernel[] = [
  ...[batchMatMul, conv2d, conv2dBackpropFilter, conv2dBackpropInput],
  ...[depthwiseBackpropFilter, depthwiseBackpropInput, maxPoolGrad],
  ...[sum, mean, unsortedSegmentSum, einsum],
  ...[batchNormTrain, batchNormTrainGrad, softmaxCrossEntropy, adamStep],
  ...[clipByValue, relu, relu6, avgPool, identity, slice],
  ...[fusedMatMul, fusedConv2d, fusedDepthwiseConv2d],
];
