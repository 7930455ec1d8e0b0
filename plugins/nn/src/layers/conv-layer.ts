import { kaimingUniform, normal, torchWeight, zeros } from "../initialiser.ts";
import type { Module } from "../module.ts";
import { BatchNorm } from "./batch-norm.ts";
import { Conv2d } from "./conv2d.ts";
import { InstanceNorm } from "./group-norm.ts";
import { Relu } from "./relu.ts";
import { Sequential } from "./sequential.ts";

/** The "…Zero" ones start the scale at 0, so that a residual branch starts as nothing. */
export type NormType = "batch" | "batchZero" | "instance" | "instanceZero";

export interface ConvLayerOptions {
  readonly ks?: number;
  readonly stride?: number;
  /** Default (ks − 1) / 2, rounded down. */
  readonly padding?: number | "same";
  /** Default: only without a norm. */
  readonly bias?: boolean;
  readonly norm?: NormType | null;
  /** Norm before activation. */
  readonly bn1st?: boolean;
  /** Makes the activation; null for none. */
  readonly act?: (() => Module) | null;
  /** Standard deviation of the first bias. */
  readonly biasStd?: number;
  readonly groups?: number;
  readonly dilation?: number;
}

const DEFAULTS: Required<Omit<ConvLayerOptions, "padding" | "bias">> = {
  ks: 3,
  stride: 1,
  norm: "batch",
  bn1st: true,
  act: () => new Relu(),
  biasStd: 0.01,
  groups: 1,
  dilation: 1,
};

/** Convolution, norm and activation, started as fastai starts them. @source fastai.layers.ConvLayer */
export class ConvLayer extends Sequential {
  /** @throws E_NN_OPTION */
  constructor(ni: number, nf: number, options: ConvLayerOptions = {}) {
    const { ks, stride, norm, bn1st, act, biasStd, groups, dilation } = { ...DEFAULTS, ...options };
    const { padding = Math.floor((ks - 1) / 2), bias = norm === null } = options;
    const activation = act === null ? [] : [act()];
    const weightInit = activation[0] instanceof Relu ? kaimingUniform() : torchWeight;
    const biasInit = biasStd === 0 ? zeros : normal(biasStd);
    const conv = new Conv2d(ni, nf, ks, { stride, padding, bias, groups, dilation, weightInit, biasInit });
    const norms = norm === null ? [] : [normOf(norm, nf)];
    super(conv, ...(bn1st ? [...norms, ...activation] : [...activation, ...norms]));
  }
}

function normOf(norm: NormType, nf: number): Module {
  const start = { bias: 1e-3, weight: norm.endsWith("Zero") ? 0 : 1 };
  return norm.startsWith("batch") ? new BatchNorm(nf, start) : new InstanceNorm(nf, start);
}
