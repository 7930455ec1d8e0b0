import type { Tensor } from "@fastap/kernel";
import { BatchNorm, Conv, Hardtanh, Module, Sequential } from "@fastap/plugin-nn";
import { add } from "@tensorflow/tfjs-core";
import { shapeAfter } from "./shape-after.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";

/** As PyTorch trains them, with norms; or as TensorFlow deploys them: norms folded into weights and biases, its padding. */
export type MobileStyle = "norm" | "folded";

export interface MobileConv {
  readonly ks?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly dilation?: number;
}

/** The convolution alone: what is before norm and activation. */
export function mobileConv(
  style: MobileStyle,
  ni: number,
  nf: number,
  { ks = 1, stride = 1, groups = 1, dilation = 1 }: MobileConv = {},
): Conv {
  const padding = style === "folded" ? "tensorflow" : (dilation * (ks - 1)) / 2;
  return new Conv(ni, nf, ks, { stride, groups, dilation, padding, bias: style === "folded" });
}

/** Convolution, norm unless folded, ReLU6. @source torchvision Conv2dNormActivation */
export function mobileLayer(style: MobileStyle, ni: number, nf: number, conv: MobileConv = {}): Sequential {
  const norms = style === "norm" ? [new BatchNorm(nf)] : [];
  return new Sequential(mobileConv(style, ni, nf, conv), ...norms, new Hardtanh(0, 6));
}

/** Widens, filters each channel, narrows; added to its input where shapes allow. @source Sandler et al. 2018; torchvision InvertedResidual */
export class InvertedResidual extends Module implements Reshaping {
  readonly conv: Sequential;
  readonly #isAdded: boolean;

  constructor(style: MobileStyle, ni: number, nf: number, { expand, ...conv }: MobileConv & { readonly expand: number }) {
    super();
    const wide = ni * expand;
    const widening = expand === 1 ? [] : [mobileLayer(style, ni, wide)];
    const norms = style === "norm" ? [new BatchNorm(nf)] : [];
    const filtering = mobileLayer(style, wide, wide, { ks: 3, ...conv, groups: wide });
    this.conv = new Sequential(...widening, filtering, mobileConv(style, wide, nf), ...norms);
    this.#isAdded = (conv.stride ?? 1) === 1 && ni === nf;
  }

  after(shape: ImageShape): ImageShape {
    return shapeAfter(this.conv, shape);
  }

  protected override ops(): readonly string[] {
    return ["Add"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const y = this.conv.forward(x) as Tensor;
    return this.#isAdded ? add(x, y) : y;
  }
}
