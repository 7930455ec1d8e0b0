import type { Tensor } from "@fastap/kernel";
import { BatchNorm, Module } from "@fastap/plugin-nn";
import type { Conv2d, Sequential } from "@fastap/plugin-nn";
import { add } from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./basic-block.ts";
import { plainConv } from "./plain-conv.ts";
import { shapeAfter } from "./shape-after.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";
import { shortcut } from "./shortcut.ts";

export interface BottleneckOptions extends BlockOptions {
  /** Of the 3×3 convolution. Default 1. */
  readonly groups?: number;
  /** Channels inside, for every 64 of `nf` and each group. Default 64. */
  readonly baseWidth?: number;
}

/** 1×1, 3×3 (with the stride) and 1×1 convolutions with norm, added to their input; makes 4 · nf channels. @source torchvision Bottleneck */
export class Bottleneck extends Module implements Reshaping {
  static readonly expansion: number = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm;
  /** Where the shapes differ: what happens to the input before the sum. */
  readonly downsample: Sequential | undefined;

  constructor(ni: number, nf: number, stride: number = 1, { groups = 1, baseWidth = 64, averaged = false }: BottleneckOptions = {}) {
    super();
    const wide = nf * Bottleneck.expansion;
    const inner = Math.floor((nf * baseWidth) / 64) * groups;
    this.conv1 = plainConv(ni, inner, 1);
    this.bn1 = new BatchNorm(inner);
    this.conv2 = plainConv(inner, inner, 3, stride, groups);
    this.bn2 = new BatchNorm(inner);
    this.conv3 = plainConv(inner, wide, 1);
    this.bn3 = new BatchNorm(wide);
    this.downsample = shortcut(ni, wide, stride, averaged);
  }

  after(shape: ImageShape): ImageShape {
    return [this.conv1, this.conv2, this.conv3].reduce((now, conv) => shapeAfter(conv, now), shape);
  }

  protected override ops(): readonly string[] {
    return ["Add", "FastapBiasActivation", "FastapActivationGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const narrow = this.bn1.forwardRelu(this.conv1.forward(x) as Tensor);
    const inner = this.bn2.forwardRelu(this.conv2.forward(narrow) as Tensor);
    const residual = this.bn3.forward(this.conv3.forward(inner) as Tensor) as Tensor;
    const sum = add(residual, (this.downsample?.forward(x) as Tensor | undefined) ?? x);
    return this.engine.ops.biasActivation(sum, undefined, "relu");
  }
}
