import type { Tensor } from "@fastap/kernel";
import { BatchNorm, Module } from "@fastap/plugin-nn";
import type { Conv2d, Sequential } from "@fastap/plugin-nn";
import { add } from "@tensorflow/tfjs-core";
import { plainConv } from "./plain-conv.ts";
import { shapeAfter } from "./shape-after.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";
import { shortcut } from "./shortcut.ts";

export interface BlockOptions {
  /** Windows are averaged where the image shrinks on its way past the block. Default false. */
  readonly averaged?: boolean;
}

/** Two 3×3 convolutions with norm, added to their input: `[batch, h, w, ni]` → `[batch, h / stride, w / stride, nf]`. @source torchvision BasicBlock */
export class BasicBlock extends Module implements Reshaping {
  static readonly expansion: number = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm;
  /** Where the shapes differ: what happens to the input before the sum. */
  readonly downsample: Sequential | undefined;

  constructor(ni: number, nf: number, stride: number = 1, { averaged = false }: BlockOptions = {}) {
    super();
    this.conv1 = plainConv(ni, nf, 3, stride);
    this.bn1 = new BatchNorm(nf);
    this.conv2 = plainConv(nf, nf, 3);
    this.bn2 = new BatchNorm(nf);
    this.downsample = shortcut(ni, nf, stride, averaged);
  }

  after(shape: ImageShape): ImageShape {
    return shapeAfter(this.conv2, shapeAfter(this.conv1, shape));
  }

  protected override ops(): readonly string[] {
    return ["Add", "FastapBiasActivation", "FastapActivationGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const inner = this.bn1.forwardRelu(this.conv1.forward(x) as Tensor);
    const residual = this.bn2.forward(this.conv2.forward(inner) as Tensor) as Tensor;
    const sum = add(residual, (this.downsample?.forward(x) as Tensor | undefined) ?? x);
    return this.engine.ops.biasActivation(sum, undefined, "relu");
  }
}
