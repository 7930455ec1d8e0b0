import { avgPoolGrad } from "./kernels/avg-pool-grad.ts";
import { activationGrad, biasActivationGrad } from "./kernels/activation-grad.ts";
import { batchMatMul } from "./kernels/batch-mat-mul.ts";
import { biasActivation } from "./kernels/bias-activation.ts";
import { batchNormTrain, batchNormTrainGrad } from "./kernels/batch-norm-train.ts";
import { binaryKernels } from "./kernels/binary.ts";
import { cast } from "./kernels/cast.ts";
import { clipGradients } from "./kernels/clip-gradients.ts";
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from "./kernels/conv2d.ts";
import { depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseConv2d } from "./kernels/depthwise-conv2d.ts";
import { dropout } from "./kernels/dropout.ts";
import { einsum } from "./kernels/einsum.ts";
import { embedColumns, embedColumnsGrad } from "./kernels/embed-columns.ts";
import { findNotFinite } from "./kernels/find-not-finite.ts";
import { fusedBatchNorm } from "./kernels/fused-batch-norm.ts";
import { gather } from "./kernels/gather.ts";
import { avgPool } from "./kernels/avg-pool.ts";
import { clipByValue, relu, relu6 } from "./kernels/clip-by-value.ts";
import { fusedConv2d, fusedDepthwiseConv2d, fusedMatMul } from "./kernels/fused-activation.ts";
import { gridSample } from "./kernels/grid-sample.ts";
import { groupNorm, groupNormGrad } from "./kernels/group-norm.ts";
import { gru, gruGrad } from "./kernels/gru.ts";
import { identity } from "./kernels/identity.ts";
import { intsOfBytes } from "./kernels/ints-of-bytes.ts";
import { linear } from "./kernels/linear.ts";
import { lighting } from "./kernels/lighting.ts";
import { lstm, lstmGrad } from "./kernels/lstm.ts";
import { maxPoolGrad } from "./kernels/max-pool-grad.ts";
import { max, mean, min, sum } from "./kernels/reduce.ts";
import { select } from "./kernels/select.ts";
import { slice } from "./kernels/slice.ts";
import { softmaxCrossEntropy } from "./kernels/softmax-cross-entropy.ts";
import { unaryKernels } from "./kernels/unary.ts";
import { optimizerStep } from "./kernels/optimizer-step.ts";
import { split } from "./kernels/split.ts";
import { transpose } from "./kernels/transpose.ts";
import { unsortedSegmentSum } from "./kernels/unsorted-segment-sum.ts";
import type { OwnKernel } from "./own-kernel.ts";

/** Everything that this backend adds to tfjs's wasm kernels, or puts in their place. */
export const ownKernels: readonly OwnKernel[] = [
  ...[gridSample, lighting],
  ...[batchMatMul, conv2d, conv2dBackpropFilter, conv2dBackpropInput],
  ...[depthwiseConv2d, depthwiseBackpropFilter, depthwiseBackpropInput, maxPoolGrad],
  ...[sum, mean, max, min, unsortedSegmentSum, einsum],
  ...[...unaryKernels, ...binaryKernels, fusedBatchNorm, select, gather, avgPoolGrad],
  ...[batchNormTrain, batchNormTrainGrad, groupNorm, groupNormGrad, softmaxCrossEntropy, optimizerStep],
  ...[lstm, lstmGrad, gru, gruGrad, clipGradients, findNotFinite, dropout],
  ...[linear, biasActivation, activationGrad, biasActivationGrad, embedColumns, embedColumnsGrad],
  ...[clipByValue, relu, relu6, avgPool, cast, intsOfBytes, identity, slice, split, transpose],
  ...[fusedMatMul, fusedConv2d, fusedDepthwiseConv2d],
];
