import type { Tensor } from "@fastap/kernel";
import { AdaptiveAvgPool, Conv2d, Dropout, flattened, Linear, MaxPool2d, Module, Relu, Sequential } from "@fastap/plugin-nn";
import type { ModelOptions } from "./model-options.ts";

/** `[batch, height, width, nIn]` → `[batch, nOut]`. @source Krizhevsky 2014; torchvision.models.AlexNet */
export class AlexNet extends Module {
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool = new AdaptiveAvgPool(6);
  readonly classifier: Sequential;

  /** @throws E_NN_OPTION */
  constructor({ nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    const pool = (): MaxPool2d => new MaxPool2d(3, { stride: 2 });
    this.features = new Sequential(
      ...[new Conv2d(nIn, 64, 11, { stride: 4, padding: 2 }), new Relu(), pool()],
      ...[new Conv2d(64, 192, 5, { padding: 2 }), new Relu(), pool()],
      ...[new Conv2d(192, 384, 3, { padding: 1 }), new Relu()],
      ...[new Conv2d(384, 256, 3, { padding: 1 }), new Relu()],
      ...[new Conv2d(256, 256, 3, { padding: 1 }), new Relu(), pool()],
    );
    this.classifier = new Sequential(
      ...[new Dropout(0.5), new Linear(256 * 36, 4096), new Relu()],
      ...[new Dropout(0.5), new Linear(4096, 4096), new Relu()],
      new Linear(4096, nOut),
    );
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.classifier.forward(flattened(this.avgpool.forward(this.features.forward(...xb) as Tensor) as Tensor)) as Tensor;
  }
}
