import type { Tensor } from "@fastap/kernel";
import { BatchNorm, flattened, GlobalAvgPool, Linear, MaxPool2d, Module, Relu, Sequential } from "@fastap/plugin-nn";
import type { Conv2d } from "@fastap/plugin-nn";
import { BasicBlock } from "./basic-block.ts";
import { Bottleneck } from "./bottleneck.ts";
import type { BottleneckOptions } from "./bottleneck.ts";
import type { BlockOptions } from "./basic-block.ts";
import type { ModelOptions } from "./model-options.ts";
import { plainConv } from "./plain-conv.ts";

export interface ResnetOptions extends ModelOptions {
  /** Channels of the first layer; the four that follow have 1, 2, 4 and 8 times as many. Default 64. */
  readonly width?: number;
}

/** Makes a block of a layer; what it makes has `expansion` times as many channels. */
interface Block {
  readonly expansion: number;
  readonly make: (ni: number, nf: number, stride: number) => Module;
}

const basic = (options: BlockOptions = {}): Block => ({
  expansion: BasicBlock.expansion,
  make: (ni, nf, stride) => new BasicBlock(ni, nf, stride, options),
});
const bottleneck = (options: BottleneckOptions = {}): Block => ({
  expansion: Bottleneck.expansion,
  make: (ni, nf, stride) => new Bottleneck(ni, nf, stride, options),
});

/** Three 3×3 convolutions at the beginning, of so many of `width`'s channels and at last all, where there is else one of 7×7. */
type Stem = readonly [first: number, second: number];
type Blocks = readonly [number, number, number, number];

/**
 * Residual network with the children and parameter names of torchvision (`layer1.0.conv1.weight`, `fc.bias`):
 * `[batch, height, width, nIn]` → `[batch, nOut]`. @source He et al. 2015; torchvision.models.ResNet
 */
export class Resnet extends Module {
  readonly conv1: Conv2d | Sequential;
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
  constructor(block: Block, blocks: Blocks, { nIn = 3, nOut = 1000, width = 64 }: ResnetOptions = {}, stem?: Stem) {
    super();
    const wide = width * block.expansion;
    this.conv1 = stem === undefined ? plainConv(nIn, width, 7, 2) : deepStem(nIn, width, stem);
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

function deepStem(ni: number, width: number, stem: Stem): Sequential {
  const [first, second] = [Math.floor(width * stem[0]), Math.floor(width * stem[1])];
  const normed = (nf: number): Module[] => [new BatchNorm(nf), new Relu()];
  const convs = [plainConv(ni, first, 3, 2), plainConv(first, second, 3), plainConv(second, width, 3)] as const;
  return new Sequential(convs[0], ...normed(first), convs[1], ...normed(second), convs[2]);
}

function stage({ expansion, make }: Block, ni: number, nf: number, blocks: number, stride: number): Sequential {
  return new Sequential(...Array.from({ length: blocks }, (_, i) => (i === 0 ? make(ni, nf, stride) : make(nf * expansion, nf, 1))));
}

/** 18 layers: two blocks in each of four. @throws E_NN_OPTION */
export function resnet18(options: ResnetOptions = {}): Resnet {
  return new Resnet(basic(), [2, 2, 2, 2], options);
}

/** @throws E_NN_OPTION */
export function resnet34(options: ResnetOptions = {}): Resnet {
  return new Resnet(basic(), [3, 4, 6, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet50(options: ResnetOptions = {}): Resnet {
  return new Resnet(bottleneck(), [3, 4, 6, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet101(options: ResnetOptions = {}): Resnet {
  return new Resnet(bottleneck(), [3, 4, 23, 3], options);
}

/** @throws E_NN_OPTION */
export function resnet152(options: ResnetOptions = {}): Resnet {
  return new Resnet(bottleneck(), [3, 8, 36, 3], options);
}

/** Of torchvision and timm besides: the convolutions between wider, or in groups. @source Zagoruyko & Komodakis 2016; Xie et al. 2017 */
export const wideResnets: Readonly<Record<string, (options?: ResnetOptions) => Resnet>> = {
  wide_resnet50_2: (options) => new Resnet(bottleneck({ baseWidth: 128 }), [3, 4, 6, 3], options),
  wide_resnet101_2: (options) => new Resnet(bottleneck({ baseWidth: 128 }), [3, 4, 23, 3], options),
  resnext50_32x4d: (options) => new Resnet(bottleneck({ groups: 32, baseWidth: 4 }), [3, 4, 6, 3], options),
  resnext101_32x8d: (options) => new Resnet(bottleneck({ groups: 32, baseWidth: 8 }), [3, 4, 23, 3], options),
};

const HALVES: Stem = [1 / 2, 1 / 2];
const TIERS: Stem = [3 / 8, 1 / 2];
const averaged = { averaged: true } as const;

/**
 * timm's besides: `d` begins with three convolutions and averages where the image shrinks, `t` the same with fewer channels first.
 * @source He et al. 2018, arXiv:1812.01187; timm.models.resnet
 */
export const timmResnets: Readonly<Record<string, (options?: ResnetOptions) => Resnet>> = {
  resnet26: (options) => new Resnet(bottleneck(), [2, 2, 2, 2], options),
  resnet18d: (options) => new Resnet(basic(averaged), [2, 2, 2, 2], options, HALVES),
  resnet34d: (options) => new Resnet(basic(averaged), [3, 4, 6, 3], options, HALVES),
  resnet26d: (options) => new Resnet(bottleneck(averaged), [2, 2, 2, 2], options, HALVES),
  resnet50d: (options) => new Resnet(bottleneck(averaged), [3, 4, 6, 3], options, HALVES),
  resnet101d: (options) => new Resnet(bottleneck(averaged), [3, 4, 23, 3], options, HALVES),
  resnet152d: (options) => new Resnet(bottleneck(averaged), [3, 8, 36, 3], options, HALVES),
  resnet200d: (options) => new Resnet(bottleneck(averaged), [3, 24, 36, 3], options, HALVES),
  resnet10t: (options) => new Resnet(basic(averaged), [1, 1, 1, 1], options, TIERS),
  resnet14t: (options) => new Resnet(bottleneck(averaged), [1, 1, 1, 1], options, TIERS),
  resnet26t: (options) => new Resnet(bottleneck(averaged), [2, 2, 2, 2], options, TIERS),
  resnext50d_32x4d: (options) => new Resnet(bottleneck({ ...averaged, groups: 32, baseWidth: 4 }), [3, 4, 6, 3], options, HALVES),
};
