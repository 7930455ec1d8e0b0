export type * from "./augment.ts";
export {
  constant,
  fanIn,
  icnr,
  kaimingNormal,
  kaimingNormalFanOut,
  kaimingUniform,
  normal,
  ones,
  torchBias,
  torchWeight,
  truncated,
  truncNormal,
  uniform,
  xavierUniform,
  zeros,
} from "./initialiser.ts";
export type { Initialiser } from "./initialiser.ts";
export { applyInit, initDefault, initLinear } from "./apply-init.ts";
export type { InitLinearOptions } from "./apply-init.ts";
export { autoInit } from "./auto-init.ts";
export * from "./layers/activations.ts";
export * from "./layers/adaptive-pool.ts";
export * from "./layers/pool.ts";
export * from "./layers/sequential-ex.ts";
export * from "./layers/self-attention.ts";
export * from "./layers/pixel-shuffle.ts";
export * from "./layers/res-block.ts";
export * from "./layers/lambda.ts";
export { Cat } from "./layers/cat.ts";
export { LinBnDrop } from "./layers/lin-bn-drop.ts";
export type { LinBnDropOptions } from "./layers/lin-bn-drop.ts";
export { SEModule } from "./layers/se-module.ts";
export { TimeDistributed } from "./layers/time-distributed.ts";
export type { TimeDistributedOptions } from "./layers/time-distributed.ts";
export { simpleCnn } from "./models/simple-cnn.ts";
export type { SimpleCnnOptions } from "./models/simple-cnn.ts";
export { BatchNorm } from "./layers/batch-norm.ts";
export type { BatchNormOptions } from "./layers/batch-norm.ts";
export { Conv, Conv2d } from "./layers/conv.ts";
export type { Conv2dOptions, ConvOptions, Padding } from "./layers/conv.ts";
export type { PaddingMode } from "./layers/edge-padding.ts";
export { ConvLayer } from "./layers/conv-layer.ts";
export type { ConvLayerOptions, NormType } from "./layers/conv-layer.ts";
export { Dropout } from "./layers/dropout.ts";
export { Dropout2d } from "./layers/dropout2d.ts";
export { Embedding } from "./layers/embedding.ts";
export { Embeddings } from "./layers/embeddings.ts";
export { Flatten, flattened } from "./layers/flatten.ts";
export { GlobalAvgPool } from "./layers/global-avg-pool.ts";
export { GroupNorm, InstanceNorm, LayerNorm } from "./layers/group-norm.ts";
export type { GroupNormOptions } from "./layers/group-norm.ts";
export { GRU } from "./layers/gru.ts";
export { Linear } from "./layers/linear.ts";
export type { LinearOptions } from "./layers/linear.ts";
export { LSTM } from "./layers/lstm.ts";
export { Recurrent } from "./layers/recurrent.ts";
export type { CellResult, RecurrentOptions } from "./layers/recurrent.ts";
export { MaxPool2d } from "./layers/max-pool2d.ts";
export type { MaxPool2dOptions } from "./layers/max-pool2d.ts";
export { childrenAndParameters, flattenModel, ParameterModule } from "./layers/parameter-module.ts";
export { Relu } from "./layers/relu.ts";
export { NamedSequential } from "./layers/named-sequential.ts";
export { Sequential, sequential } from "./layers/sequential.ts";
export { convNet } from "./models/conv-net.ts";
export { mlp } from "./models/mlp.ts";
export { inChannels } from "./in-channels.ts";
export { initCnn } from "./init-cnn.ts";
export { Module } from "./module.ts";
export type { ModuleCall, ModuleServices, Observer } from "./module.ts";
export type { ConvNetOptions, MlpOptions } from "./options.ts";
export { Buffer, Counter, Parameter } from "./parameter.ts";
export type { Layout, ParameterOptions } from "./parameter.ts";
export { nn } from "./plugin.ts";
export { floatsOf } from "./state-dict.ts";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
