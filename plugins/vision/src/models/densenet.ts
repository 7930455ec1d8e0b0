import type { Tensor } from "@fastap/kernel";
import { AvgPool, BatchNorm, Conv2d, kaimingNormal, Linear, MaxPool2d, Module, NamedSequential, Relu, zeros } from "@fastap/plugin-nn";
import type { Sequential } from "@fastap/plugin-nn";
import { concat, mean } from "@tensorflow/tfjs-core";
import type { ModelOptions } from "./model-options.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";

const conv = (ni: number, nf: number, ks: number, stride: number = 1): Conv2d =>
  new Conv2d(ni, nf, ks, { stride, padding: (ks - 1) / 2, bias: false, weightInit: kaimingNormal });

/** Every layer takes the features of all before it and adds `growth` channels. @source Huang et al. 2016; torchvision _DenseBlock */
export class DenseBlock extends NamedSequential implements Reshaping {
  readonly #added: number;

  constructor(ni: number, { layers, growth }: { readonly layers: number; readonly growth: number }) {
    const made = Array.from({ length: layers }, (_, i): [string, Module] => [`denselayer${i + 1}`, denseLayer(ni + i * growth, growth)]);
    super(Object.fromEntries(made));
    this.#added = layers * growth;
  }

  after(shape: ImageShape): ImageShape {
    return { ...shape, channels: shape.channels + this.#added };
  }

  protected override ops(): readonly string[] {
    return ["Concat", "Slice"];
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return this.layers.reduce<Tensor>((features, layer) => concat([features, layer.forward(features) as Tensor], 3), x);
  }
}

function denseLayer(ni: number, growth: number): NamedSequential {
  const [norm1, conv1] = [new BatchNorm(ni), conv(ni, 4 * growth, 1)];
  const [norm2, conv2] = [new BatchNorm(4 * growth), conv(4 * growth, growth, 3)];
  return new NamedSequential({ norm1, relu1: new Relu(), conv1, norm2, relu2: new Relu(), conv2 });
}

/** `[batch, height, width, nIn]` → `[batch, nOut]`. @source Huang et al. 2016; torchvision.models.DenseNet */
export class DenseNet extends Module {
  readonly features: Sequential;
  readonly classifier: Linear;

  /** `blocks`: layers in each of four. @throws E_NN_OPTION */
  constructor(blocks: readonly number[], growth: number, { nIn = 3, nOut = 1000 }: ModelOptions = {}) {
    super();
    let nf = 2 * growth;
    const layers: Record<string, Module> = {
      conv0: conv(nIn, nf, 7, 2),
      norm0: new BatchNorm(nf),
      relu0: new Relu(),
      pool0: new MaxPool2d(3, { stride: 2, padding: 1 }),
    };
    for (const [i, count] of blocks.entries()) {
      layers[`denseblock${i + 1}`] = new DenseBlock(nf, { layers: count, growth });
      nf += count * growth;
      if (i === blocks.length - 1) continue;
      layers[`transition${i + 1}`] = transition(nf);
      nf /= 2;
    }
    this.features = new NamedSequential({ ...layers, norm5: new BatchNorm(nf) });
    this.classifier = new Linear(nf, nOut, { biasInit: zeros });
  }

  protected override ops(): readonly string[] {
    return ["Relu", "FastapActivationGrad", "Mean"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.classifier.forward(mean(this.engine.ops.relu(this.features.forward(...xb) as Tensor), [1, 2])) as Tensor;
  }
}

function transition(nf: number): NamedSequential {
  return new NamedSequential({ norm: new BatchNorm(nf), relu: new Relu(), conv: conv(nf, nf / 2, 1), pool: new AvgPool(2) });
}
