import type { Tensor } from "@fastap/kernel";
import { BatchNorm, flattened, GlobalAvgPool, Linear, Module, Relu, Sequential } from "@fastap/plugin-nn";
import type { Conv2d } from "@fastap/plugin-nn";
import { add, pad, stridedSlice } from "@tensorflow/tfjs-core";
import type { ModelOptions } from "./model-options.ts";
import { plainConv } from "./plain-conv.ts";
import { shapeAfter } from "./shape-after.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";

/** Basic block whose shortcut has no weights: every `stride`-th pixel, zeros for new channels, half on each side. @source He et al. 2015, § 4.2, option A */
export class CifarBlock extends Module implements Reshaping {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm;
  readonly #stride: number;
  readonly #added: number;

  constructor(ni: number, nf: number, stride: number = 1) {
    super();
    this.conv1 = plainConv(ni, nf, 3, stride);
    this.bn1 = new BatchNorm(nf);
    this.conv2 = plainConv(nf, nf, 3);
    this.bn2 = new BatchNorm(nf);
    [this.#stride, this.#added] = [stride, nf - ni];
  }

  after(shape: ImageShape): ImageShape {
    return shapeAfter(this.conv2, shapeAfter(this.conv1, shape));
  }

  protected override ops(): readonly string[] {
    return ["Add", "FastapBiasActivation", "FastapActivationGrad", "StridedSlice", "PadV2"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const inner = this.bn1.forwardRelu(this.conv1.forward(x) as Tensor);
    const sum = add(this.bn2.forward(this.conv2.forward(inner) as Tensor) as Tensor, this.#shortcut(x));
    return this.engine.ops.biasActivation(sum, undefined, "relu");
  }

  #shortcut(x: Tensor): Tensor {
    const s = this.#stride;
    const kept = s === 1 ? x : stridedSlice(x, [0, 0, 0, 0], [...x.shape], [1, s, s, 1]);
    const before = Math.floor(this.#added / 2);
    const sides: [number, number][] = [...kept.shape.slice(0, 3).map((): [number, number] => [0, 0]), [before, this.#added - before]];
    return this.#added === 0 ? kept : pad(kept, sides);
  }
}

/** Residual network for images of 32 pixels: `[batch, height, width, nIn]` → `[batch, nOut]`. @source He et al. 2015, § 4.2 */
export class CifarResnet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm;
  readonly relu: Relu = new Relu();
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly avgpool: GlobalAvgPool = new GlobalAvgPool();
  readonly linear: Linear;

  /** `blocks` in each of three layers. @throws E_NN_OPTION */
  constructor(blocks: number, { nIn = 3, nOut = 10 }: ModelOptions = {}) {
    super();
    const stage = (ni: number, nf: number, stride: number): Sequential =>
      new Sequential(...Array.from({ length: blocks }, (_, i) => (i === 0 ? new CifarBlock(ni, nf, stride) : new CifarBlock(nf, nf))));
    this.conv1 = plainConv(nIn, 16, 3);
    this.bn1 = new BatchNorm(16);
    this.layer1 = stage(16, 16, 1);
    this.layer2 = stage(16, 32, 2);
    this.layer3 = stage(32, 64, 2);
    this.linear = new Linear(64, nOut);
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const stem = this.conv1.forward(...xb) as Tensor;
    const rest = [this.bn1, this.relu, this.layer1, this.layer2, this.layer3, this.avgpool];
    return this.linear.forward(flattened(rest.reduce((x, layer) => layer.forward(x) as Tensor, stem))) as Tensor;
  }
}

/** 20 layers: three blocks in each of three. @throws E_NN_OPTION */
export function cifarResnet20(options: ModelOptions = {}): CifarResnet {
  return new CifarResnet(3, options);
}
