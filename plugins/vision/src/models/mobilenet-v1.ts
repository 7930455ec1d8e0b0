import type { Tensor } from "@fastap/kernel";
import { Linear, Module, Sequential } from "@fastap/plugin-nn";
import { mean } from "@tensorflow/tfjs-core";
import { mobileLayer } from "./inverted-residual.ts";
import type { ModelOptions } from "./model-options.ts";

/** Channels of the pointwise convolutions at full width, and the strides before them. */
const LAYERS: readonly (readonly [nf: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  [1024, 2],
  [1024, 1],
];

/** `[batch, height, width, nIn]` → `[batch, nOut]`, norms folded into weights and biases. @source Howard et al. 2017 */
export class MobileNetV1 extends Module {
  readonly features: Sequential;
  readonly classifier: Linear;

  /** `width`: share of the full net's channels. @throws E_NN_OPTION */
  constructor(width: number, { nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    const sizes = LAYERS.map(([nf]) => nf * width);
    const blocks = LAYERS.map(([, stride], i) => {
      const [ni, nf] = [sizes[i - 1] ?? 32 * width, sizes[i] ?? 1];
      return new Sequential(mobileLayer("folded", ni, ni, { ks: 3, stride, groups: ni }), mobileLayer("folded", ni, nf));
    });
    this.features = new Sequential(mobileLayer("folded", nIn, 32 * width, { ks: 3, stride: 2 }), ...blocks);
    this.classifier = new Linear(1024 * width, nOut);
  }

  protected override ops(): readonly string[] {
    return ["Mean"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.classifier.forward(mean(this.features.forward(...xb) as Tensor, [1, 2])) as Tensor;
  }
}
