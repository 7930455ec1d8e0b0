import type { KernelModule, TaskName } from "@fastap/plugin-backend-wasm";

/** Name in C (`fastap_…`), and the parameters behind the heap's address: `p` an offset into it, `i` int, `d` double, `j` numbers. */
export type Prototype = readonly [name: string, parameters: string];

/** Kernels of the wasm backend's table that the library has. `c/table.h` says the same. */
export const kernelPrototypes: Readonly<Partial<Record<keyof KernelModule, Prototype>>> = {
  depthwiseForward: ["depthwise_forward", "ppppp"],
  depthwiseFilterGrad: ["depthwise_filter_grad", "ppppp"],
  depthwiseInputGrad: ["depthwise_input_grad", "pppp"],
  maxPoolGrad: ["max_pool_grad", "pppp"],
  sumMiddle: ["sum_middle", "piiidpp"],
  biasActivation: ["bias_activation", "ppiiip"],
  activationGrad: ["activation_grad", "ppiip"],
  scaleShift: ["scale_shift", "piippppdpp"],
  segmentSumFloats: ["segment_sum_floats", "ppiiip"],
  segmentSumInts: ["segment_sum_ints", "ppiiip"],
  batchNormForward: ["batch_norm_forward", "piippdipppp"],
  batchNormGrad: ["batch_norm_grad", "ppiippppdipppp"],
  softmaxCrossEntropy: ["softmax_cross_entropy", "pppddiipp"],
  packWeights: ["pack_weights", "piiiip"],
};

/** Kernels that the wasm backend runs in tasks, and the library in one call. */
export const taskPrototypes: Readonly<Record<TaskName, Prototype>> = {
  gemmTask: ["products", "j"],
  convForwardTask: ["conv_forward", "j"],
  convFilterGradTask: ["conv_filter_grad", "j"],
  convInputGradTask: ["conv_input_grad", "j"],
  winogradTilesTask: ["winograd_tiles", "j"],
  winogradGradTilesTask: ["winograd_grad_tiles", "j"],
  winogradOutputTask: ["winograd_output", "j"],
  winogradFilterTask: ["winograd_filter", "j"],
  winogradFilterGradTask: ["winograd_filter_grad", "j"],
  winogradProductsTask: ["winograd_products", "j"],
  gridSampleTask: ["grid_sample", "j"],
  lightingTask: ["lighting", "j"],
  lstmForwardTask: ["lstm_forward", "j"],
  lstmGradTask: ["lstm_grad", "j"],
  gruForwardTask: ["gru_forward", "j"],
  gruGradTask: ["gru_grad", "j"],
  optimizerStepTask: ["optimizer_step", "j"],
};

/** Called by hand. */
export const passPrototypes: Readonly<Record<PassName, Prototype>> = {
  unary: ["unary", "ippid"],
  binary: ["binary", "ipppi"],
  gather: ["gather_floats", "piiipipj"],
  findNotFinite: ["find_not_finite", "pij"],
};

export type PassName = "unary" | "binary" | "gather" | "findNotFinite";

const TYPES: Readonly<Record<string, string>> = { p: "uint32_t", i: "int", d: "double", j: "void *" };

/** As koffi reads it. What a kernel returns are the bytes of memory that it could not get. */
export function declaration([name, parameters]: Prototype): string {
  return `double fastap_${name}(${["void *", ...[...parameters].map((letter) => TYPES[letter])].join(", ")})`;
}
