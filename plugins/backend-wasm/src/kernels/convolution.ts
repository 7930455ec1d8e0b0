import { backend_util } from "@tensorflow/tfjs-core";
import { unfitLayout, unfitShape } from "../unfit-tensor.ts";
import type { Heap } from "../heap.ts";
import type { Pointer } from "../module.ts";

type Pair = number | [number, number];

/** Attributes that convolutions and their gradients share. tfjs's gradients carry no dilations; ours take them. */
export interface ConvolutionAttrs {
  readonly strides: Pair;
  readonly pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dilations?: Pair | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

export interface ConvolutionCall {
  readonly op: string;
  /** `[batch, height, width, inChannels]` */
  readonly inShape: readonly number[];
  /** `[height, width, inChannels, outChannels or multiplier]` */
  readonly filterShape: readonly number[];
  readonly depthwise: boolean;
  readonly attrs: ConvolutionAttrs;
}

/** A convolution with its padding computed. */
export class Convolution {
  readonly info: backend_util.Conv2DInfo;
  readonly #op: string;

  constructor(op: string, info: backend_util.Conv2DInfo) {
    this.#op = op;
    this.info = info;
  }

  /** @throws E_BACKEND_WASM_LAYOUT */
  static of({ op, inShape, filterShape, depthwise, attrs }: ConvolutionCall): Convolution {
    if (attrs.dataFormat === "NCHW") throw unfitLayout({ op, received: attrs.dataFormat });
    const info = backend_util.computeConv2DInfo(
      inShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      depthwise,
    );
    return new Convolution(op, info);
  }

  /** Floats under the filter at one place. */
  get patch(): number {
    return this.info.filterHeight * this.info.filterWidth * this.info.inChannels;
  }

  /** Floats of an image, padding included, that the filter meets along one row of an output of this width. */
  rowFloats(width: number): number {
    const { filterHeight, filterWidth, strideWidth, dilationWidth, inChannels } = this.info;
    return filterHeight * ((width - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1) * inChannels;
  }

  /** The shape for the kernels, on the heap. @throws E_BACKEND_WASM_SHAPE */
  write(heap: Heap, outShape: readonly number[]): Pointer {
    return heap.write("geometry", this.geometry(outShape));
  }

  /**
   * The shape as the kernels read it. Height and width of the output are those of the tensor: tfjs's gradients do not know the forward
   * rounding mode. @throws E_BACKEND_WASM_SHAPE
   */
  geometry(outShape: readonly number[]): readonly number[] {
    const { info } = this;
    const [batch, height = 0, width = 0, channels] = outShape;
    if (outShape.length !== 4 || batch !== info.batchSize || channels !== info.outChannels) {
      const expected = `[${info.batchSize}, height, width, ${info.outChannels}]`;
      throw unfitShape({ op: this.#op, expected, received: outShape });
    }
    return [
      ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels],
      ...[height, width, info.outChannels],
      ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
      ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
    ];
  }
}
