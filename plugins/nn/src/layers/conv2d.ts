import type { Tensor } from "@fastap/kernel";
import { concat, conv2d, depthwiseConv2d, matMul, reshape, split, tensor2d } from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { E_NN_OPTION } from "../errors.ts";
import { torchBias, torchWeight } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

export interface Conv2dOptions {
  readonly stride?: number;
  /** Zeros on every side; "same" keeps the size and needs stride 1. */
  readonly padding?: number | "same";
  readonly dilation?: number;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly weightInit?: Initialiser;
  readonly biasInit?: Initialiser;
}

const DEFAULTS: Conv2dOptions & Required<Omit<Conv2dOptions, "biasInit">> = {
  stride: 1,
  padding: 0,
  dilation: 1,
  groups: 1,
  bias: true,
  weightInit: torchWeight,
};

/** `[batch, height, width, ni]` → `[batch, height', width', nf]`, square kernels. @source torch.nn.Conv2d */
export class Conv2d extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly ni: number;
  readonly ks: number;
  readonly stride: number;
  readonly padding: number | "same";
  readonly dilation: number;
  readonly groups: number;

  /** @throws E_NN_OPTION */
  constructor(ni: number, nf: number, ks: number, options: Conv2dOptions = {}) {
    super();
    const { stride, padding, dilation, groups, bias, weightInit, biasInit } = { ...DEFAULTS, ...options };
    for (const [option, value] of Object.entries({ ni, nf, ks, stride, dilation, groups })) checkWhole("Conv2d", option, value, 1);
    checkPadding(padding, stride);
    if (ni % groups !== 0 || nf % groups !== 0) {
      throw E_NN_OPTION({
        of: "Conv2d",
        option: "groups",
        problem: `${groups} groups divide neither or only one of ${ni} and ${nf} channels`,
      });
    }
    [this.ni, this.ks, this.stride, this.padding, this.dilation, this.groups] = [ni, ks, stride, padding, dilation, groups];
    const shape = [nf, ni / groups, ks, ks];
    const depthwise = { view: [ni, nf / groups, ks, ks], axes: [2, 3, 0, 1] };
    this.weight = new Parameter({ shape, init: weightInit, layout: this.isDepthwise ? depthwise : { axes: [2, 3, 1, 0] } });
    this.bias = bias ? new Parameter({ shape: [nf], init: biasInit ?? torchBias(shape), isBias: true }) : undefined;
  }

  /** Every input channel has filters of its own. */
  get isDepthwise(): boolean {
    return this.groups > 1 && this.groups === this.ni;
  }

  protected override ops(): readonly string[] {
    const conv = this.isDepthwise
      ? ["DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"]
      : ["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"];
    const split = this.groups > 1 && !this.isDepthwise ? ["SplitV", "Concat"] : [];
    const dilated = this.dilation > 1 ? ["BatchMatMul"] : [];
    return [...new Set([...conv, ...split, ...dilated, ...(this.bias === undefined ? [] : ["FastapAddBias"])])];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4 || x.shape[3] !== this.ni) throw this.shapeError(`[batch, height, width, ${this.ni}]`, xb);
    const reach = this.dilation * (this.ks - 1) + 1;
    const pad = this.padding === "same" ? "same" : this.padding;
    const least = typeof pad === "number" ? reach - 2 * pad : 1;
    if (Math.min(x.shape[1] ?? 0, x.shape[2] ?? 0) < least) throw this.shapeError(`height and width of at least ${least}`, xb);
    const y = this.#convolve(x as Tensor4D, pad);
    return this.bias === undefined ? y : this.engine.ops.addBias(y, this.bias.value);
  }

  #convolve(x: Tensor4D, pad: number | "same"): Tensor {
    const filter = this.#filter();
    if (this.isDepthwise) return depthwiseConv2d(x, filter, this.stride, pad);
    if (this.groups === 1) return conv2d(x, filter, this.stride, pad);
    const filters: Tensor4D[] = split(filter, this.groups, 3);
    const parts: Tensor4D[] = split(x, this.groups, 3);
    return concat(
      parts.map((part, i) => conv2d(part, filters[i] ?? filter, this.stride, pad)),
      3,
    );
  }

  /** tfjs has no gradient for dilated convolution: spread the filter over zeros instead, by a product with zeros and ones. */
  #filter(): Tensor4D {
    const filter = this.weight.value as Tensor as Tensor4D;
    if (this.dilation === 1 || this.ks === 1) return filter;
    const [, , a, b] = filter.shape;
    const reach = this.dilation * (this.ks - 1) + 1;
    const spread = matMul(spreading(this.ks, this.dilation), reshape(filter, [this.ks * this.ks, a * b]));
    return reshape(spread, [reach, reach, a, b]);
  }
}

/** `[reach², ks²]`: row `r·d·reach + c·d` takes filter cell `r·ks + c`. */
function spreading(ks: number, dilation: number): Tensor2D {
  const reach = dilation * (ks - 1) + 1;
  const cells = ks * ks;
  const data = new Float32Array(reach * reach * cells);
  for (let cell = 0; cell < cells; cell++) {
    const row = Math.floor(cell / ks) * dilation * reach + (cell % ks) * dilation;
    data[row * cells + cell] = 1;
  }
  return tensor2d(data, [reach * reach, cells]);
}

function checkPadding(padding: number | "same", stride: number): void {
  if (padding !== "same") return checkWhole("Conv2d", "padding", padding, 0);
  if (stride === 1) return;
  throw E_NN_OPTION({ of: "Conv2d", option: "padding", problem: `padding "same" needs stride 1, not ${stride}` });
}
