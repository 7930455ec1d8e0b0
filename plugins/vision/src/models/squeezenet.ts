import type { Tensor } from "@fastap/kernel";
import { Conv2d, Dropout, flattened, GlobalAvgPool, kaimingUniform, Module, normal, Relu, Sequential, zeros } from "@fastap/plugin-nn";
import { concat } from "@tensorflow/tfjs-core";
import { CeilMaxPool } from "./ceil-max-pool.ts";
import type { ModelOptions } from "./model-options.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";

const started = { weightInit: kaimingUniform(), biasInit: zeros } as const;

/** Narrows to `squeeze` channels, then `expand` by 1×1 and as many by 3×3 convolutions, side by side. @source Iandola et al. 2016; torchvision Fire */
export class Fire extends Module implements Reshaping {
  readonly squeeze: Conv2d;
  readonly expand1x1: Conv2d;
  readonly expand3x3: Conv2d;

  constructor(ni: number, squeeze: number, expand: number) {
    super();
    this.squeeze = new Conv2d(ni, squeeze, 1, started);
    this.expand1x1 = new Conv2d(squeeze, expand, 1, started);
    this.expand3x3 = new Conv2d(squeeze, expand, 3, { ...started, padding: 1 });
  }

  after(shape: ImageShape): ImageShape {
    return { ...shape, channels: this.expand1x1.nf + this.expand3x3.nf };
  }

  protected override ops(): readonly string[] {
    return ["Concat", "Slice"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const x = this.squeeze.forwardRelu(...xb);
    return concat([this.expand1x1.forwardRelu(x), this.expand3x3.forwardRelu(x)], 3);
  }
}

/** `[batch, height, width, nIn]` → `[batch, nOut]`. @source Iandola et al. 2016; torchvision.models.SqueezeNet */
export class SqueezeNet extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  /** @throws E_NN_OPTION */
  constructor(version: "1_0" | "1_1", { nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    this.features = version === "1_0" ? large(nIn) : small(nIn);
    const last = new Conv2d(512, nOut, 1, { weightInit: normal(0.01), biasInit: zeros });
    this.classifier = new Sequential(new Dropout(0.5), last, new Relu(), new GlobalAvgPool());
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return flattened(this.classifier.forward(this.features.forward(...xb) as Tensor) as Tensor);
  }
}

const pool = (): Module => new CeilMaxPool(3, { stride: 2 });

function large(nIn: number): Sequential {
  return new Sequential(
    ...[new Conv2d(nIn, 96, 7, { ...started, stride: 2 }), new Relu(), pool()],
    ...[new Fire(96, 16, 64), new Fire(128, 16, 64), new Fire(128, 32, 128), pool()],
    ...[new Fire(256, 32, 128), new Fire(256, 48, 192), new Fire(384, 48, 192), new Fire(384, 64, 256), pool()],
    new Fire(512, 64, 256),
  );
}

function small(nIn: number): Sequential {
  return new Sequential(
    ...[new Conv2d(nIn, 64, 3, { ...started, stride: 2 }), new Relu(), pool()],
    ...[new Fire(64, 16, 64), new Fire(128, 16, 64), pool()],
    ...[new Fire(128, 32, 128), new Fire(256, 32, 128), pool()],
    ...[new Fire(256, 48, 192), new Fire(384, 48, 192), new Fire(384, 64, 256), new Fire(512, 64, 256)],
  );
}
