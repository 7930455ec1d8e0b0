export { adamStep } from "./adam";
export { batchNormForward, batchNormGrad } from "./batch-norm";
export { columnBytes, convFilterGrad, convForward, convInputGrad } from "./conv";
export { depthwiseFilterGrad, depthwiseInputGrad } from "./depthwise";
export { gemm, packBytes } from "./gemm";
export { maxPoolGrad } from "./max-pool";
export { sumRows } from "./reduce";
export { segmentSumFloats, segmentSumInts } from "./segment-sum";
export { softmaxCrossEntropy } from "./softmax-cross-entropy";
