import type { Tensor } from "@fastap/kernel";
import { BatchNorm } from "../layers/batch-norm.ts";
import type { Conv2d } from "../layers/conv.ts";
import { Flatten } from "../layers/flatten.ts";
import { GlobalAvgPool } from "../layers/global-avg-pool.ts";
import { Linear } from "../layers/linear.ts";
import { MaxPool2d } from "../layers/max-pool2d.ts";
import { Sequential } from "../layers/sequential.ts";
import { Module } from "../module.ts";
import { parseResnet } from "../options.ts";
import type { ResnetOptions } from "../options.ts";
import { BasicBlock, plainConv } from "./basic-block.ts";

/**
 * Residual network of basic blocks, with the parameter names of torchvision (`layer1.0.conv1.weight`, `fc.bias`):
 * `[batch, height, width, nIn]` → `[batch, nOut]`. @source He et al. 2015; torchvision.models.ResNet
 */
export class Resnet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly maxpool: MaxPool2d = new MaxPool2d(3, { stride: 2, padding: 1 });
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: GlobalAvgPool = new GlobalAvgPool();
  readonly flatten: Flatten = new Flatten();
  readonly fc: Linear;

  /** `blocks`: how many in each of the four layers. */
  constructor(blocks: readonly [number, number, number, number], { nIn, nOut, width }: ResnetOptions) {
    super();
    this.conv1 = plainConv(nIn, width, 7, 2);
    this.bn1 = new BatchNorm(width);
    this.layer1 = stage(width, width, blocks[0], 1);
    this.layer2 = stage(width, 2 * width, blocks[1], 2);
    this.layer3 = stage(2 * width, 4 * width, blocks[2], 2);
    this.layer4 = stage(4 * width, 8 * width, blocks[3], 2);
    this.fc = new Linear(8 * width, nOut);
  }

  protected override ops(): readonly string[] {
    return ["Relu", "FastapActivationGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const stem = this.engine.ops.relu(this.bn1.forward(this.conv1.forward(...xb) as Tensor) as Tensor);
    const rest = [this.maxpool, this.layer1, this.layer2, this.layer3, this.layer4, this.avgpool, this.flatten, this.fc];
    return rest.reduce((x, layer) => layer.forward(x) as Tensor, stem);
  }
}

function stage(ni: number, nf: number, blocks: number, stride: number): Sequential {
  return new Sequential(...Array.from({ length: blocks }, (_, i) => (i === 0 ? new BasicBlock(ni, nf, stride) : new BasicBlock(nf, nf))));
}

/** 18 layers: two blocks in each of four. @throws E_NN_OPTION */
export function resnet18(options: Partial<ResnetOptions> = {}): Resnet {
  return new Resnet([2, 2, 2, 2], parseResnet(options));
}

/** 34 layers. @throws E_NN_OPTION */
export function resnet34(options: Partial<ResnetOptions> = {}): Resnet {
  return new Resnet([3, 4, 6, 3], parseResnet(options));
}
