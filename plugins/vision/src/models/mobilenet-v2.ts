import type { Tensor } from "@fastap/kernel";
import { Dropout, Linear, Module, Sequential } from "@fastap/plugin-nn";
import { mean } from "@tensorflow/tfjs-core";
import { InvertedResidual, mobileLayer } from "./inverted-residual.ts";
import type { MobileStyle } from "./inverted-residual.ts";
import type { ModelOptions } from "./model-options.ts";

/** Expansion, channels, blocks, stride of the first. */
const STAGES: readonly (readonly [expand: number, nf: number, blocks: number, stride: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** `[batch, height, width, nIn]` → `[batch, nOut]`, torchvision's children and names. @source Sandler et al. 2018; torchvision.models.MobileNetV2 */
export class MobileNetV2 extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  /** @throws E_NN_OPTION */
  constructor(style: MobileStyle, { nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    const layers: Module[] = [mobileLayer(style, nIn, 32, { ks: 3, stride: 2 })];
    let ni = 32;
    for (const [expand, nf, blocks, first] of STAGES) {
      for (let i = 0; i < blocks; i++) {
        layers.push(new InvertedResidual(style, ni, nf, { expand, stride: i === 0 ? first : 1 }));
        ni = nf;
      }
    }
    this.features = new Sequential(...layers, mobileLayer(style, ni, 1280));
    this.classifier = new Sequential(new Dropout(0.2), new Linear(1280, nOut));
  }

  protected override ops(): readonly string[] {
    return ["Mean"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.classifier.forward(mean(this.features.forward(...xb) as Tensor, [1, 2])) as Tensor;
  }
}
