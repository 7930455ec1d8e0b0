import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { MaxPool2d } from "@fastap/plugin-nn";
import { resnet18, resnet34 } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

const engine = createEngine();
const services = () => ({ engine, random: createRandom(1) });

describe("resnets", () => {
  let before = 0;
  beforeEach(async () => {
    await engine.activate(cpuBackend);
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(before));

  it("have torchvision's names, shapes and numbers of parameters", async () => {
    const sizes = [resnet18({ width: 64 }), resnet34()].map((model) =>
      [...model.saved().entries()].reduce(
        (sum, [name, { shape }]) => (/running|num_/.test(name) ? sum : sum + shape.reduce((a, b) => a * b, 1)),
        0,
      ),
    );
    expect(sizes).to.deep.equal([11_689_512, 21_797_672]); // torchvision's documentation
    const model = resnet18({ width: 2, nOut: 5 });
    const names = [...model.saved().keys()];
    expect(names).to.have.length(122);
    expect(names.slice(0, 7)).to.deep.equal([
      "conv1.weight",
      "bn1.weight",
      "bn1.bias",
      "bn1.running_mean",
      "bn1.running_var",
      "bn1.num_batches_tracked",
      "layer1.0.conv1.weight",
    ]);
    expect(names).to.include.members([
      "layer2.0.downsample.0.weight",
      "layer2.0.downsample.1.running_var",
      "layer4.1.bn2.bias",
      "fc.weight",
      "fc.bias",
    ]);
    expect(names).to.not.include("layer1.0.downsample.0.weight");
  });

  it("give one score per class, whatever the size of the images", () => {
    const model = resnet18({ width: 2, nOut: 5 });
    model.init(services());
    model.train(false);
    for (const side of [32, 48])
      expect(tf.tidy(() => (model.forward(tf.ones([2, side, side, 3])) as tf.Tensor).shape)).to.deep.equal([2, 5]);
    expect(() => tf.tidy(() => model.forward(tf.ones([2, 32, 32, 1])) as tf.Tensor)).to.throw(/conv1.*\[batch, height, width, 3\]/s);
    model.dispose();
  });

  it("pool maxima as PyTorch does, padding left out", () => {
    const pool = new MaxPool2d(3, { stride: 2, padding: 1 });
    pool.init(services());
    const values = tf.tidy(() => Array.from((pool.forward(tf.reshape(tf.range(-1, -17, -1), [1, 4, 4, 1])) as tf.Tensor).dataSync()));
    expect(values).to.deep.equal([-1, -2, -5, -6]); // torch.nn.MaxPool2d(3, 2, 1)(-arange(1, 17).view(1, 1, 4, 4))
    expect(() => new MaxPool2d(3, { padding: 2 })).to.throw(/half/);
    pool.dispose();
  });
});
