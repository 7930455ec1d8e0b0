import type { Tensor } from "@fastap/kernel";
import { Conv2d, Module, Relu, Sequential } from "@fastap/plugin-nn";
import { concat, image, mean } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { InvertedResidual, mobileLayer } from "./inverted-residual.ts";
import type { ModelOptions } from "./model-options.ts";

/** Half of MobileNet v2's channels; after stride 8 dilation widens the view instead. */
const STAGES: readonly (readonly [expand: number, nf: number, blocks: number, stride: number, dilation: number])[] = [
  [1, 8, 1, 1, 1],
  [6, 12, 2, 2, 1],
  [6, 16, 3, 2, 1],
  [6, 32, 4, 1, 2],
  [6, 48, 3, 1, 2],
  [6, 80, 3, 1, 4],
  [6, 160, 1, 1, 4],
];

/** A convolution of 1×1 and ReLU. */
const pointwise = (ni: number, nf: number): Sequential => new Sequential(new Conv2d(ni, nf, 1), new Relu());

/**
 * Classes of pixels: `[batch, height, width, nIn]` → scores `[batch, height, width, nOut]`, norms folded into weights and biases.
 * @source Chen et al. 2018, DeepLab v3 on MobileNet v2 of half width
 */
export class DeepLab extends Module {
  readonly features: Sequential;
  readonly imagePooling: Sequential;
  readonly aspp: Sequential;
  readonly project: Sequential;
  readonly classifier: Conv2d;

  /** @throws E_NN_OPTION */
  constructor({ nIn = 3, nOut = 21 }: ModelOptions = {}) {
    super();
    const layers: Module[] = [mobileLayer("folded", nIn, 16, { ks: 3, stride: 2 })];
    let ni = 16;
    let dilated = 1;
    for (const [expand, nf, blocks, first, dilation] of STAGES) {
      for (let i = 0; i < blocks; i++) {
        layers.push(
          new InvertedResidual("folded", ni, nf, { expand, stride: i === 0 ? first : 1, dilation: i === 0 ? dilated : dilation }),
        );
        ni = nf;
      }
      dilated = dilation;
    }
    this.features = new Sequential(...layers);
    this.imagePooling = pointwise(ni, 256);
    this.aspp = pointwise(ni, 256);
    this.project = pointwise(512, 256);
    this.classifier = new Conv2d(256, nOut, 1);
  }

  protected override ops(): readonly string[] {
    return ["Mean", "Concat", "Slice", "ResizeBilinear", "ResizeBilinearGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    const features = this.features.forward(x) as Tensor;
    const pooled = resized(this.imagePooling.forward(mean(features, [1, 2], true)) as Tensor, features);
    const both = concat([pooled, this.aspp.forward(features) as Tensor], 3);
    return resized(this.classifier.forward(this.project.forward(both) as Tensor) as Tensor, x);
  }
}

function resized(x: Tensor, like: Tensor): Tensor {
  return image.resizeBilinear(x as Tensor4D, [like.shape[1] ?? 1, like.shape[2] ?? 1], true);
}
