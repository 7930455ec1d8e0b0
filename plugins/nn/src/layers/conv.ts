import type { FusedActivation, Tensor } from "@fastap/kernel";
import { conv2d, depthwiseConv2d, matMul, reshape, tensor2d } from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { E_NN_OPTION } from "../errors.ts";
import { torchBias, torchWeight } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import type { Layout } from "../parameter.ts";
import { plainWeight, spectralNorm, weightNorm } from "./conv-weight.ts";
import type { ConvWeight, Reparam } from "./conv-weight.ts";
import { convolve, convolveTransposed } from "./convolve.ts";
import { leastLength, padEdges, PADDING_MODES } from "./edge-padding.ts";
import type { PaddingMode } from "./edge-padding.ts";

export type Padding = number | "same" | "tensorflow";

export interface ConvOptions extends Conv2dOptions {
  /** Axes between batch and channels: 2. */
  readonly ndim?: 1 | 2 | 3;
  /** Upsamples by the stride; then `weight` is `[ni, nf / groups, …]`. */
  readonly transpose?: boolean;
}

export interface Conv2dOptions {
  readonly stride?: number;
  /** Zeros on every side; "same" keeps the size and needs stride 1; "tensorflow" leaves ⌈size / stride⌉, an odd zero at the end. */
  readonly padding?: Padding;
  /** What stands there instead of zeros, as in PyTorch; not for transposed convolutions, nor with padding "tensorflow". Default "zeros". */
  readonly paddingMode?: PaddingMode;
  readonly dilation?: number;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly weightInit?: Initialiser;
  readonly biasInit?: Initialiser;
  /** Train a direction and a length ("weight") or divide by the largest singular value ("spectral"). */
  readonly reparam?: Reparam | undefined;
}

const DEFAULTS: Conv2dOptions & Required<Omit<ConvOptions, "biasInit" | "reparam">> = {
  stride: 1,
  padding: 0,
  paddingMode: "zeros",
  dilation: 1,
  groups: 1,
  bias: true,
  weightInit: torchWeight,
  ndim: 2,
  transpose: false,
};

const WEIGHTS = { weight: weightNorm, spectral: spectralNorm, plain: plainWeight } as const;

/** `[batch, …, ni]` → `[batch, …, nf]`, kernels of one size along 1, 2 or 3 axes. @source torch.nn.Conv1d, Conv2d, Conv3d, ConvTranspose2d */
export class Conv extends Module {
  /** What is trained of the weight; saved as `weight`, `weight_v` (weight norm) or `weight_orig` (spectral norm). */
  declare readonly weight: Parameter;
  declare readonly bias: Parameter | undefined;
  readonly ni: number;
  readonly nf: number;
  readonly ks: number;
  readonly stride: number;
  readonly padding: Padding;
  readonly paddingMode: PaddingMode;
  readonly dilation: number;
  readonly groups: number;
  readonly ndim: number;
  readonly transpose: boolean;
  readonly #weight: ConvWeight;
  /** Every input channel has filters of its own. */
  readonly isDepthwise: boolean;

  /** @throws E_NN_OPTION */
  constructor(ni: number, nf: number, ks: number, options: ConvOptions = {}) {
    super();
    const { stride, padding, paddingMode, dilation, groups, bias, weightInit, biasInit, ndim, transpose, reparam } = {
      ...DEFAULTS,
      ...options,
    };
    checkConv({ ni, nf, ks, stride, dilation, groups }, { padding, paddingMode, ndim, transpose });
    [this.ni, this.ks, this.stride, this.padding, this.dilation, this.groups] = [ni, ks, stride, padding, dilation, groups];
    [this.nf, this.ndim, this.transpose, this.paddingMode] = [nf, ndim, transpose, paddingMode];
    this.isDepthwise = groups > 1 && groups === ni && isPlain2d({ ndim, transpose, reparam });
    const kernel = Array.from({ length: ndim }, () => ks);
    const shape = transpose ? [ni, nf / groups, ...kernel] : [nf, ni / groups, ...kernel];
    const layout = layoutOf(kernel, this.isDepthwise ? [ni, nf / groups] : undefined);
    this.#weight = WEIGHTS[reparam ?? "plain"](shape, weightInit, layout, transpose);
    Object.defineProperty(this, "weight", { value: this.#weight.parameter, configurable: true });
    const shift = bias ? biasOf(nf, biasInit ?? torchBias(shape)) : undefined;
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(inOrder(this.#weight, shift, reparam)));
  }

  protected override ops(): readonly string[] {
    const axes = this.ndim === 3 ? "Conv3D" : "Conv2D";
    const [input, filter] = this.ndim === 3 ? ["InputV2", "FilterV2"] : ["Input", "Filter"];
    const conv = this.isDepthwise
      ? ["DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"]
      : [axes, `${axes}Backprop${input}`, `${axes}Backprop${filter}`];
    const split = this.groups > 1 && !this.isDepthwise ? ["SplitV", "Concat"] : [];
    const dilated = this.dilation > 1 ? ["BatchMatMul"] : [];
    const edges = this.paddingMode === "zeros" ? [] : ["Slice", "Concat", "Reverse"];
    return [...new Set([...conv, ...split, ...dilated, ...edges, "FastapBiasActivation"])];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.activated(undefined, xb);
  }

  protected override activated(activation: FusedActivation | undefined, xb: readonly Tensor[]): Tensor {
    const y = this.#padded(this.#input(xb));
    if (this.bias === undefined && activation === undefined) return y;
    return this.engine.ops.biasActivation(y, this.bias?.value, activation);
  }

  #input(xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    const between = ["length", "height, width", "depth, height, width"][this.ndim - 1] ?? "";
    if (x?.dtype !== "float32" || x.rank !== this.ndim + 2 || x.shape.at(-1) !== this.ni)
      throw this.shapeError(`float32 [batch, ${between}, ${this.ni}]`, xb);
    const reach = this.dilation * (this.ks - 1) + 1;
    const around = typeof this.padding === "string" || this.transpose ? 1 : reach - 2 * this.padding;
    const least = Math.max(around, leastLength(this.#edges()[1], this.paddingMode));
    if (Math.min(...x.shape.slice(1, -1)) < least)
      throw this.shapeError(`${between.replace(/, (?=\w+$)/, " and ")} of at least ${least}`, xb);
    return x;
  }

  /** Numbers before and after each axis, where they are no zeros; "same" puts an odd one after. */
  #edges(): readonly [before: number, after: number] {
    if (typeof this.padding === "number") return [this.padding, this.padding];
    const all = this.dilation * (this.ks - 1);
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  }

  #padded(x: Tensor): Tensor {
    if (this.paddingMode === "zeros") return this.#convolve(x, this.padding);
    return this.#convolve(padEdges(x, this.#edges(), this.paddingMode), 0);
  }

  #convolve(x: Tensor, padding: Padding): Tensor {
    const filter = this.#filter();
    const pad = padding === "tensorflow" ? "same" : padding;
    if (this.isDepthwise) return depthwiseConv2d(x as Tensor4D, filter as Tensor4D, this.stride, pad);
    if (pad === "same" && this.ndim === 2 && this.groups === 1) return conv2d(x as Tensor4D, filter as Tensor4D, this.stride, pad);
    const zeros = pad === "same" ? Math.floor((this.dilation * (this.ks - 1)) / 2) : pad;
    const { stride, groups } = this;
    return (this.transpose ? convolveTransposed : convolve)(x, filter, { stride, padding: zeros, groups });
  }

  /** tfjs has no gradient for dilated convolution: spread the filter over zeros instead, by a product with zeros and ones. */
  #filter(): Tensor {
    const filter = this.#weight.value(this.training);
    if (this.dilation === 1 || this.ks === 1) return filter;
    const [a = 1, b = 1] = filter.shape.slice(-2);
    const reach = this.dilation * (this.ks - 1) + 1;
    const height = this.ndim === 1 ? 1 : this.ks;
    const spread = matMul(spreading(height, this.ks, this.dilation), reshape(filter, [height * this.ks, a * b]));
    return reshape(spread, [...Array.from({ length: this.ndim }, () => reach), a, b]);
  }
}

/** `[batch, height, width, ni]` → `[batch, height', width', nf]`, square kernels. @source torch.nn.Conv2d */
export class Conv2d extends Conv {
  /** @throws E_NN_OPTION */
  constructor(ni: number, nf: number, ks: number, options: Conv2dOptions = {}) {
    super(ni, nf, ks, { ...options, ndim: 2, transpose: false });
  }
}

/** `[reach cells, kernel cells]`: row `r·d·reach + c·d` takes filter cell `r·ks + c`; a line is a plane of height 1. */
function spreading(height: number, ks: number, dilation: number): Tensor2D {
  const reach = dilation * (ks - 1) + 1;
  const tall = dilation * (height - 1) + 1;
  const cells = height * ks;
  const data = new Float32Array(tall * reach * cells);
  for (let cell = 0; cell < cells; cell++) {
    const row = Math.floor(cell / ks) * dilation * reach + (cell % ks) * dilation;
    data[row * cells + cell] = 1;
  }
  return tensor2d(data, [tall * reach, cells]);
}

/** What tfjs has depthwise convolution for. */
function isPlain2d({ ndim, transpose, reparam }: ConvOptions): boolean {
  return ndim === 2 && transpose !== true && reparam === undefined;
}

function biasOf(nf: number, init: Initialiser): Parameter {
  return new Parameter({ shape: [nf], init, isBias: true });
}

/** In the order of PyTorch's state dicts: a weight in parts is registered after the bias. */
function inOrder({ own }: ConvWeight, bias: Parameter | undefined, reparam: Reparam | undefined): object {
  return reparam === undefined ? { ...own, bias } : { bias, ...own };
}

/** Depthwise filters are by input channel first. */
function layoutOf(kernel: readonly number[], depthwise: readonly number[] | undefined): Layout {
  if (depthwise !== undefined) return { view: [...depthwise, ...kernel], axes: [2, 3, 0, 1] };
  return { axes: [...kernel.map((_, i) => i + 2), 1, 0] };
}

function checkConv(
  whole: Readonly<Record<"ni" | "nf" | "ks" | "stride" | "dilation" | "groups", number>>,
  rest: Pick<Required<ConvOptions>, "padding" | "paddingMode" | "ndim" | "transpose">,
): void {
  for (const [option, value] of Object.entries(whole)) checkWhole("Conv", option, value, 1);
  checkPadding(rest, whole);
  checkPaddingMode(rest);
  checkGroups(whole.ni, whole.nf, whole.groups);
  if (whole.dilation === 1 || (rest.ndim < 3 && !rest.transpose)) return;
  throw E_NN_OPTION({ of: "Conv", option: "dilation", problem: "dilation needs ndim 1 or 2 and no transpose" });
}

function checkGroups(ni: number, nf: number, groups: number): void {
  if (ni % groups === 0 && nf % groups === 0) return;
  throw E_NN_OPTION({ of: "Conv", option: "groups", problem: `${groups} groups divide neither or only one of ${ni} and ${nf} channels` });
}

function checkPadding(
  { padding, ndim, transpose }: Pick<Required<ConvOptions>, "padding" | "ndim" | "transpose">,
  { stride, groups, ni }: Pick<Conv, "stride" | "groups" | "ni">,
): void {
  if (typeof padding === "number") return checkWhole("Conv", "padding", padding, 0);
  const fail = (rule: string): Error => E_NN_OPTION({ of: "Conv", option: "padding", problem: `padding "${padding}" ${rule}` });
  if (padding === "same" && stride > 1) throw fail(`needs stride 1, not ${stride}`);
  const isPlain = ndim === 2 && !transpose && (groups === 1 || groups === ni);
  if (padding === "tensorflow" && !isPlain) throw fail("needs ndim 2, no transpose, and one group or one per channel");
}

function checkPaddingMode({ padding, paddingMode, transpose }: Pick<Required<ConvOptions>, "padding" | "paddingMode" | "transpose">): void {
  const fail = (problem: string): Error => E_NN_OPTION({ of: "Conv", option: "paddingMode", problem });
  if (!PADDING_MODES.includes(paddingMode))
    throw fail(`paddingMode must be one of ${PADDING_MODES.join(", ")}, not ${JSON.stringify(paddingMode)}`);
  if (paddingMode === "zeros") return;
  if (transpose) throw fail(`paddingMode "${paddingMode}" needs a convolution that is not transposed`);
  if (padding === "tensorflow") throw fail(`paddingMode "${paddingMode}" needs a number or "same" as padding`);
}
