import type { Tensor } from "@fastap/kernel";
import {
  AdaptiveAvgPool,
  BatchNorm,
  Conv2d,
  Dropout,
  flattened,
  kaimingNormalFanOut,
  Linear,
  MaxPool2d,
  Module,
  normal,
  Relu,
  Sequential,
  zeros,
} from "@fastap/plugin-nn";
import type { ModelOptions } from "./model-options.ts";

const WIDTHS: readonly number[] = [64, 128, 256, 512, 512];

/** `[batch, height, width, nIn]` → `[batch, nOut]`, with batch norm. @source Simonyan and Zisserman 2014; torchvision.models.vgg11_bn … */
export class Vgg extends Module {
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool = new AdaptiveAvgPool(7);
  readonly classifier: Sequential;

  /** `blocks`: convolutions before each of five pools. @throws E_NN_OPTION */
  constructor(blocks: readonly number[], { nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    let ni = nIn;
    const layers = blocks.flatMap((count, i) => {
      const nf = WIDTHS[i] ?? 512;
      const convs = Array.from({ length: count }, () => {
        const conv = new Conv2d(ni, nf, 3, { padding: 1, weightInit: kaimingNormalFanOut, biasInit: zeros });
        ni = nf;
        return [conv, new BatchNorm(nf), new Relu()];
      });
      return [...convs.flat(), new MaxPool2d(2)];
    });
    this.features = new Sequential(...layers);
    const linear = (nIn: number, nOut: number): Linear => new Linear(nIn, nOut, { weightInit: normal(0.01), biasInit: zeros });
    const hidden = (nIn: number): Module[] => [linear(nIn, 4096), new Relu(), new Dropout(0.5)];
    this.classifier = new Sequential(...hidden(ni * 49), ...hidden(4096), linear(4096, nOut));
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.classifier.forward(flattened(this.avgpool.forward(this.features.forward(...xb) as Tensor) as Tensor)) as Tensor;
  }
}
