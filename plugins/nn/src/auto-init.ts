import { kaimingUniform, torchWeight, xavierUniform } from "./initialiser.ts";
import type { Initialiser } from "./initialiser.ts";
import { ClampedSigmoid, LeakyRelu, Mish, Relu6, Sigmoid, Swish, Tanh } from "./layers/activations.ts";
import { Relu } from "./layers/relu.ts";
import type { Module } from "./module.ts";

/** What fastai starts a weight with, given the activation after it. @source fastai.layers.init_linear(init="auto") */
export function autoInit(act: Module | undefined): Initialiser {
  const isOf = (kinds: readonly (new (...args: never[]) => Module)[]): boolean => kinds.some((kind) => act instanceof kind);
  if (isOf([Relu, Relu6, LeakyRelu, Swish, Mish])) return kaimingUniform();
  return isOf([Sigmoid, Tanh, ClampedSigmoid]) ? xavierUniform : torchWeight;
}
