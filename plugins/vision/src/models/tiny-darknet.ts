import type { Tensor } from "@fastap/kernel";
import { BatchNorm, Conv2d, LeakyRelu, Module, Sequential } from "@fastap/plugin-nn";
import { mean } from "@tensorflow/tfjs-core";
import { CeilMaxPool } from "./ceil-max-pool.ts";
import type { ModelOptions } from "./model-options.ts";

/** Channels and kernels of the convolutions, and the pools between. */
const LAYERS: readonly (readonly [nf: number, ks: number] | "pool")[] = [
  [16, 3],
  "pool",
  [32, 3],
  "pool",
  [16, 1],
  [128, 3],
  [16, 1],
  [128, 3],
  "pool",
  [32, 1],
  [256, 3],
  [32, 1],
  [256, 3],
  "pool",
  [64, 1],
  [512, 3],
  [64, 1],
  [512, 3],
  [128, 1],
];

/** `[batch, height, width, nIn]` → `[batch, nOut]`. @source Redmon, https://pjreddie.com/darknet/tiny-darknet/ */
export class TinyDarknet extends Module {
  readonly features: Sequential;
  readonly classifier: Conv2d;

  /** @throws E_NN_OPTION */
  constructor({ nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    let ni = nIn;
    const layers = LAYERS.map((layer) => {
      if (layer === "pool") return new CeilMaxPool(2);
      const [nf, ks] = layer;
      const conv = new Conv2d(ni, nf, ks, { padding: (ks - 1) / 2, bias: false });
      ni = nf;
      return new Sequential(conv, new BatchNorm(nf, { eps: 1e-3, momentum: 0.01 }), new LeakyRelu(0.1));
    });
    this.features = new Sequential(...layers);
    this.classifier = new Conv2d(ni, nOut, 1);
  }

  protected override ops(): readonly string[] {
    return ["Mean"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return mean(this.classifier.forward(this.features.forward(...xb) as Tensor) as Tensor, [1, 2]);
  }
}
