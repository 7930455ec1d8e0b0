import type { Tensor } from "@fastap/kernel";
import { add } from "@tensorflow/tfjs-core";
import { kaimingNormalFanOut } from "../initialiser.ts";
import { BatchNorm } from "../layers/batch-norm.ts";
import { Conv2d } from "../layers/conv.ts";
import { Sequential } from "../layers/sequential.ts";
import { Module } from "../module.ts";

/** Two 3×3 convolutions with norm, added to their input: `[batch, h, w, ni]` → `[batch, h / stride, w / stride, nf]`. @source torchvision BasicBlock */
export class BasicBlock extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm;
  /** Where the shapes differ: a 1×1 convolution and norm for the input. */
  readonly downsample: Sequential | undefined;

  constructor(ni: number, nf: number, stride: number = 1) {
    super();
    this.conv1 = plainConv(ni, nf, 3, stride);
    this.bn1 = new BatchNorm(nf);
    this.conv2 = plainConv(nf, nf, 3, 1);
    this.bn2 = new BatchNorm(nf);
    this.downsample = stride === 1 && ni === nf ? undefined : new Sequential(plainConv(ni, nf, 1, stride), new BatchNorm(nf));
  }

  protected override ops(): readonly string[] {
    return ["Add", "Relu", "FastapActivationGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const inner = this.engine.ops.relu(this.bn1.forward(this.conv1.forward(x) as Tensor) as Tensor);
    const residual = this.bn2.forward(this.conv2.forward(inner) as Tensor) as Tensor;
    return this.engine.ops.relu(add(residual, (this.downsample?.forward(x) as Tensor | undefined) ?? x));
  }
}

/** Without bias, as a norm follows, and padded to keep the size at stride 1. */
export function plainConv(ni: number, nf: number, ks: number, stride: number): Conv2d {
  return new Conv2d(ni, nf, ks, { stride, padding: (ks - 1) / 2, bias: false, weightInit: kaimingNormalFanOut });
}
