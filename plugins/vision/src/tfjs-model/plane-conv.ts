import type { Tensor } from "@fastap/kernel";
import { Module, Parameter, torchBias, torchWeight } from "@fastap/plugin-nn";
import { conv2d, depthwiseConv2d } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";

export type Pair = readonly [rows: number, columns: number];
/** What stands around an image as TensorFlow says it: "valid" nothing, "same" what gives ⌈size / stride⌉, or zeros before and after each axis. */
export type PlanePadding = "same" | "valid" | readonly [rows: Pair, columns: Pair];

export interface PlaneConvOptions {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly padding: PlanePadding;
  readonly bias: boolean;
  /** Each channel has `nf` filters of its own. */
  readonly isDepthwise: boolean;
}

/** A convolution whose height and width differ, in its kernel, its strides or its padding: `[batch, height, width, ni]`. */
export class PlaneConv extends Module implements Reshaping {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly #ni: number;
  readonly #options: PlaneConvOptions;

  constructor(ni: number, nf: number, options: PlaneConvOptions) {
    super();
    const { kernel, bias, isDepthwise } = options;
    const filters = isDepthwise ? ni * nf : nf;
    const shape = [filters, isDepthwise ? 1 : ni, ...kernel];
    const layout = isDepthwise ? { view: [ni, nf, ...kernel], axes: [2, 3, 0, 1] } : { axes: [2, 3, 1, 0] };
    this.weight = new Parameter({ shape, init: torchWeight, layout });
    this.bias = bias ? new Parameter({ shape: [filters], init: torchBias(shape), isBias: true }) : undefined;
    [this.#ni, this.#options] = [ni, options];
  }

  after({ height, width }: ImageShape): ImageShape {
    const { kernel, strides, padding } = this.#options;
    const along = (n: number, axis: 0 | 1): number => {
      if (padding === "same") return Math.ceil(n / strides[axis]);
      const [before, behind] = padding === "valid" ? [0, 0] : padding[axis];
      return Math.floor((n + before + behind - kernel[axis]) / strides[axis]) + 1;
    };
    return { channels: this.weight.shape[0] ?? 1, height: along(height, 0), width: along(width, 1) };
  }

  protected override ops(): readonly string[] {
    const conv = this.#options.isDepthwise ? "DepthwiseConv2dNative" : "Conv2D";
    return [conv, `${conv}BackpropInput`, `${conv}BackpropFilter`, "FastapBiasActivation"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4 || x.shape[3] !== this.#ni) throw this.shapeError(`[batch, height, width, ${this.#ni}]`, xb);
    const { strides, padding, isDepthwise } = this.#options;
    const pad: Parameters<typeof conv2d>[3] = typeof padding === "string" ? padding : [[0, 0], [...padding[0]], [...padding[1]], [0, 0]];
    const y = (isDepthwise ? depthwiseConv2d : conv2d)(x as Tensor4D, this.weight.value as Tensor4D, [...strides], pad);
    return this.bias === undefined ? y : this.engine.ops.biasActivation(y, this.bias.value, undefined);
  }
}
