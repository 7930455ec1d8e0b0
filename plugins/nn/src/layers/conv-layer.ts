import { autoInit } from "../auto-init.ts";
import { normal, zeros } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import type { Module } from "../module.ts";
import { BatchNorm } from "./batch-norm.ts";
import { Conv } from "./conv.ts";
import type { Padding } from "./conv.ts";
import type { PaddingMode } from "./edge-padding.ts";
import { InstanceNorm } from "./group-norm.ts";
import { Relu } from "./relu.ts";
import { Sequential } from "./sequential.ts";

/** The "…Zero" ones start the scale at 0, so that a residual branch starts as nothing. */
export type NormType = "batch" | "batchZero" | "instance" | "instanceZero" | "weight" | "spectral";

export interface ConvLayerOptions {
  readonly ks?: number;
  readonly stride?: number;
  /** Default (ks − 1) / 2, rounded down. */
  readonly padding?: Padding;
  /** What stands around the image. Default "zeros". */
  readonly paddingMode?: PaddingMode;
  /** Default: only without a norm of batch or instance. */
  readonly bias?: boolean;
  /** "weight" and "spectral" act on the weight and add no layer. */
  readonly norm?: NormType | null;
  /** Norm before activation. */
  readonly bn1st?: boolean;
  /** Makes the activation; null for none. */
  readonly act?: (() => Module) | null;
  /** Standard deviation of the first bias; null for PyTorch's. */
  readonly biasStd?: number | null;
  /** First weight; "auto" goes by the activation. */
  readonly init?: Initialiser | "auto";
  /** Axes between batch and channels. */
  readonly ndim?: 1 | 2 | 3;
  /** Upsamples; padding is then 0 by default. */
  readonly transpose?: boolean;
  /** A last layer. */
  readonly xtra?: Module;
  readonly groups?: number;
  readonly dilation?: number;
}

const DEFAULTS: Required<Omit<ConvLayerOptions, "padding" | "bias" | "xtra">> = {
  ks: 3,
  stride: 1,
  paddingMode: "zeros",
  norm: "batch",
  bn1st: true,
  act: () => new Relu(),
  biasStd: 0.01,
  init: "auto",
  ndim: 2,
  transpose: false,
  groups: 1,
  dilation: 1,
};

/** Convolution, norm and activation, started as fastai starts them. @source fastai.layers.ConvLayer */
export class ConvLayer extends Sequential {
  /** @throws E_NN_OPTION */
  constructor(ni: number, nf: number, options: ConvLayerOptions = {}) {
    const { norm, bn1st, act } = { ...DEFAULTS, ...options };
    const activation = act === null ? [] : [act()];
    const conv = convOf(ni, nf, { ...DEFAULTS, ...options }, activation[0]);
    const norms = hasOwnBias(norm) ? [normOf(norm, nf)] : [];
    const { xtra } = options;
    super(conv, ...(bn1st ? [...norms, ...activation] : [...activation, ...norms]), ...(xtra === undefined ? [] : [xtra]));
  }
}

function convOf(ni: number, nf: number, options: ConvLayerOptions & typeof DEFAULTS, act: Module | undefined): Conv {
  const { ks, stride, norm, init, ndim, transpose, groups, dilation, paddingMode } = options;
  const { padding = transpose ? 0 : Math.floor((ks - 1) / 2), bias = !hasOwnBias(norm) } = options;
  const weightInit = init === "auto" ? autoInit(act) : init;
  const reparam = norm === "weight" || norm === "spectral" ? norm : undefined;
  const shared = { stride, padding, paddingMode, bias, groups, dilation, ndim, transpose, weightInit, reparam };
  return new Conv(ni, nf, ks, { ...shared, ...biasStart(options.biasStd) });
}

function biasStart(std: number | null): { readonly biasInit?: Initialiser } {
  if (std === null) return {};
  return { biasInit: std === 0 ? zeros : normal(std) };
}

type LayerNormType = Exclude<NormType, "weight" | "spectral">;

function hasOwnBias(norm: NormType | null): norm is LayerNormType {
  return norm !== null && norm !== "weight" && norm !== "spectral";
}

function normOf(norm: LayerNormType, nf: number): Module {
  const start = { bias: 1e-3, weight: norm.endsWith("Zero") ? 0 : 1 };
  return norm.startsWith("batch") ? new BatchNorm(nf, start) : new InstanceNorm(nf, start);
}
