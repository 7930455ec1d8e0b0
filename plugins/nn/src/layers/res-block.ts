import type { Tensor } from "@fastap/kernel";
import { add } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";
import { ConvLayer } from "./conv-layer.ts";
import type { ConvLayerOptions, NormType } from "./conv-layer.ts";
import { AvgPool } from "./pool.ts";
import { Relu } from "./relu.ts";
import { SEModule } from "./se-module.ts";
import { SimpleSelfAttention } from "./self-attention.ts";
import { Sequential } from "./sequential.ts";

/** What is not named here goes to every ConvLayer. */
export interface ResBlockOptions extends Omit<ConvLayerOptions, "norm" | "act"> {
  readonly reduction?: number | null;
  /** Channels inside; default `nf`, not expanded. */
  readonly nh1?: number;
  readonly nh2?: number;
  /** The convolution with the stride is depthwise. */
  readonly dw?: boolean;
  /** Groups of the last convolution. */
  readonly g2?: number;
  /** End with SimpleSelfAttention. */
  readonly sa?: boolean;
  readonly norm?: NormType | null;
  readonly act?: () => Module;
  /** Makes what brings the other path to the size that `stride` leaves. */
  readonly pool?: (stride: number, ndim: 1 | 2 | 3) => Module;
  readonly poolFirst?: boolean;
}

const ceilPool = (stride: number, ndim: 1 | 2 | 3): Module => new AvgPool(stride, { ndim, ceilMode: true });

/** `[batch, …, ni · expansion]` → `[batch, …, nf · expansion]`, act(convpath + idpath). @source fastai.layers.ResBlock; He et al. 2019 */
export class ResBlock extends Module {
  readonly convpath: Sequential;
  readonly idpath: Sequential;
  readonly act: Module;

  /** @throws E_NN_OPTION */
  constructor(expansion: number, ni: number, nf: number, options: ResBlockOptions = {}) {
    super();
    const { act = (): Module => new Relu(), reduction, sa = false } = options;
    const [wideIn, wideOut] = [ni * expansion, nf * expansion];
    this.convpath = new Sequential(
      ...convolutions(expansion, wideIn, nf, options),
      ...(typeof reduction === "number" && reduction > 0 ? [new SEModule(wideOut, reduction, act)] : []),
      ...(sa ? [new SimpleSelfAttention(wideOut, 1)] : []),
    );
    this.idpath = identity(wideIn, wideOut, options);
    this.act = act();
  }

  protected override ops(): readonly string[] {
    return ["Add", "FastapBiasActivation"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const through = this.convpath.forward(...xb) as Tensor;
    const sum = add(through, this.idpath.forward(...xb) as Tensor);
    const activation = this.act.openActivation;
    return activation === undefined ? (this.act.forward(sum) as Tensor) : this.engine.ops.biasActivation(sum, undefined, activation);
  }
}

const DEFAULTS = { dw: false, g2: 1, ks: 3, stride: 1, groups: 1, norm: "batch", act: (): Module => new Relu() } as const;

function convolutions(expansion: number, ni: number, nf: number, options: ResBlockOptions): Module[] {
  const { dw, g2, ks, stride, groups, norm, act, nh2 = nf, nh1 = nh2 } = { ...DEFAULTS, ...options };
  const every = { ...shared(options), norm };
  const inner = { ...every, act };
  const last = { ...every, norm: zeroed(norm), act: null, groups: g2 };
  const wide = nf * expansion;
  const [first, kernel] = expansion === 1 ? [ni, ks] : [nh1, 1];
  const middle = new ConvLayer(first, nh2, { ...inner, ks, stride, groups: dw ? first : groups });
  const end = new ConvLayer(nh2, wide, { ...last, ks: kernel });
  return expansion === 1 ? [middle, end] : [new ConvLayer(ni, nh1, { ...inner, ks: 1 }), middle, end];
}

/** Nothing where sizes stay; its norm is that of ConvLayer whatever the block's is, as in fastai. */
function identity(ni: number, nf: number, options: ResBlockOptions): Sequential {
  const { stride = 1, ndim = 2, pool = ceilPool, poolFirst = true } = options;
  const conv = ni === nf ? [] : [new ConvLayer(ni, nf, { ...shared(options), ks: 1, act: null })];
  const pools = stride === 1 ? [] : [pool(stride, ndim)];
  return new Sequential(...(poolFirst ? [...pools, ...conv] : [...conv, ...pools]));
}

/** The options that are ConvLayer's and not the block's. */
function shared(options: ResBlockOptions): ConvLayerOptions {
  const { padding, bias, bn1st, biasStd, init, ndim, transpose, dilation } = options;
  const given = Object.entries({ padding, bias, bn1st, biasStd, init, ndim, transpose, dilation });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function zeroed(norm: NormType | null): NormType | null {
  if (norm === "batch") return "batchZero";
  return norm === "instance" ? "instanceZero" : norm;
}

/** @source fastai.layers.SEBlock */
export function seBlock(expansion: number, ni: number, nf: number, options: ResBlockOptions = {}): ResBlock {
  return new ResBlock(expansion, ni, nf, { reduction: 16, ...options, nh1: nf * 2, nh2: nf * expansion });
}

/** @source fastai.layers.SEResNeXtBlock */
export function seResNeXtBlock(
  expansion: number,
  ni: number,
  nf: number,
  options: ResBlockOptions & { readonly baseWidth?: number } = {},
): ResBlock {
  const { baseWidth = 4, ...rest } = { groups: 32, reduction: 16, ...options };
  return new ResBlock(expansion, ni, nf, { ...rest, nh2: Math.floor((nf * baseWidth) / 64) * rest.groups });
}

/** @source fastai.layers.SeparableBlock */
export function separableBlock(expansion: number, ni: number, nf: number, options: ResBlockOptions = {}): ResBlock {
  return new ResBlock(expansion, ni, nf, { reduction: 16, ...options, nh2: nf * 2, dw: true });
}
