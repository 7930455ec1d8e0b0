import type { Tensor } from "@fastap/kernel";
import { BatchNorm, flattened, GlobalAvgPool, Linear, MaxPool2d, Module, Relu, Sequential } from "@fastap/plugin-nn";
import type { Conv2d } from "@fastap/plugin-nn";
import { BasicBlock } from "./basic-block.ts";
import { Bottleneck } from "./bottleneck.ts";
import type { ModelOptions } from "./model-options.ts";
import { plainConv } from "./plain-conv.ts";

export interface ResnetOptions extends ModelOptions {
  /** Channels of the first layer; the four that follow have 1, 2, 4 and 8 times as many. Default 64. */
  readonly width?: number;
}

type Block = typeof BasicBlock | typeof Bottleneck;
type Blocks = readonly [number, number, number, number];

/**
 * Residual network with the children and parameter names of torchvision (`layer1.0.conv1.weight`, `fc.bias`):
 * `[batch, height, width, nIn]` → `[batch, nOut]`. @source He et al. 2015; torchvision.models.ResNet
 */
export class Resnet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly relu: Relu = new Relu();
  readonly maxpool: MaxPool2d = new MaxPool2d(3, { stride: 2, padding: 1 });
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: GlobalAvgPool = new GlobalAvgPool();
  readonly fc: Linear;

  /** `blocks`: how many in each of the four layers. @throws E_NN_OPTION */
  constructor(block: Block, blocks: Blocks, { nIn = 3, nOut = 1000, width = 64 }: ResnetOptions = {}) {
    super();
    const wide = width * block.expansion;
    this.conv1 = plainConv(nIn, width, 7, 2);
    this.bn1 = new BatchNorm(width);
    this.layer1 = stage(block, width, width, blocks[0], 1);
    this.layer2 = stage(block, wide, 2 * width, blocks[1], 2);
    this.layer3 = stage(block, 2 * wide, 4 * width, blocks[2], 2);
    this.layer4 = stage(block, 4 * wide, 8 * width, blocks[3], 2);
    this.fc = new Linear(8 * wide, nOut);
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const stem = this.conv1.forward(...xb) as Tensor;
    const rest = [this.bn1, this.relu, this.maxpool, this.layer1, this.layer2, this.layer3, this.layer4, this.avgpool];
    return this.fc.forward(flattened(rest.reduce((x, layer) => layer.forward(x) as Tensor, stem))) as Tensor;
  }
}

function stage(Made: Block, ni: number, nf: number, blocks: number, stride: number): Sequential {
  const wide = nf * Made.expansion;
  return new Sequential(...Array.from({ length: blocks }, (_, i) => (i === 0 ? new Made(ni, nf, stride) : new Made(wide, nf))));
}

/** 18 layers: two blocks in each of four. @throws E_NN_OPTION */
export function resnet18(options: ResnetOptions = {}): Resnet {
  return new Resnet(BasicBlock, [2, 2, 2, 2], options);
}

/** @throws E_NN_OPTION */
export function resnet34(options: ResnetOptions = {}): Resnet {
  return new Resnet(BasicBlock, [3, 4, 6, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet50(options: ResnetOptions = {}): Resnet {
  return new Resnet(Bottleneck, [3, 4, 6, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet101(options: ResnetOptions = {}): Resnet {
  return new Resnet(Bottleneck, [3, 4, 23, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet152(options: ResnetOptions = {}): Resnet {
  return new Resnet(Bottleneck, [3, 8, 36, 3], options);
}
