import { readFileSync } from "node:fs";
import type { Host } from "@fastap/kernel";
import { architectures, loadPretrained, weightsOf } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import sharp from "sharp";
import { folder, photo, shared } from "./shared-data.ts";
import { visionHost } from "./vision-host.ts";

const lines = (file: string): string[] => readFileSync(file, "utf8").trim().split("\n");

describe("real pretrained weights", () => {
  let host: Host;
  before(async function (): Promise<void> {
    if (folder === undefined) this.skip(); // FASTAP_DATA is not set: no weights here
    host = await visionHost();
  });
  after(() => host?.[Symbol.asyncDispose]());

  /** The whole classifier on one photo. */
  async function scores(name: string, nOut: number, file: string, side: number): Promise<tf.Tensor> {
    const arch = architectures.find((each) => each.name === name);
    if (arch === undefined) throw new Error(name);
    const model = arch.make({ nOut });
    const weights = weightsOf(host, arch);
    expect(loadPretrained(model, weights, { arch: name, nIn: 3, body: model })).to.deep.equal([]);
    model.init({ engine: host.resolve("engine"), random: host.resolve("random") });
    model.train(false);
    const pixels = await photo(file, side);
    const result = tf.tidy(() => {
      const x = tf.tensor(pixels, [1, side, side, 3]);
      const { mean = [0, 0, 0], std = [1, 1, 1] } = weights.stats ?? {};
      return model.forward(tf.div(tf.sub(x, tf.tensor([...mean])), tf.tensor([...std]))) as tf.Tensor;
    });
    model.dispose();
    return result;
  }

  async function best(name: string, labels: readonly string[], file: string): Promise<readonly [label: string, chance: number]> {
    const before = tf.memory().numTensors;
    const logits = await scores(name, labels.length, file, 224);
    const probs = tf.tidy(() => Array.from(tf.softmax(logits).dataSync()));
    logits.dispose();
    expect(tf.memory().numTensors).to.equal(before);
    const top = probs.indexOf(Math.max(...probs));
    return [labels[top] ?? "", probs[top] ?? 0];
  }

  it("MobileNet v2 sees a cheeseburger", async () => {
    const labels = lines(shared("imagenet-weights", "imagenet_labels_1001.txt"));
    const [label, chance] = await best("mobilenet_v2", labels, shared("images-sample", "burger.jpg"));
    expect(label).to.equal("cheeseburger");
    expect(chance).to.be.closeTo(0.97, 0.01); // README of the weights
    expect((await best("mobilenet_v2", labels, shared("images-sample", "sparrow.jpg")))[0]).to.equal("junco");
  });

  it("MobileNet v1 of quarter width sees a cheeseburger", async () => {
    const labels = lines(shared("imagenet-weights", "imagenet_labels_1001.txt"));
    const [label, chance] = await best("mobilenet_v1_025", labels, shared("images-sample", "burger.jpg"));
    expect(label).to.equal("cheeseburger");
    expect(chance).to.be.closeTo(0.99, 0.01);
  });

  it("tiny darknet, with its norms, sees a cheeseburger and a terrier", async () => {
    const labels = lines(shared("tiny-darknet", "imagenet_darknet_shortnames_1000.txt"));
    expect((await best("tiny_darknet", labels, shared("images-sample", "burger.jpg")))[0]).to.equal("cheeseburger");
    expect((await best("tiny_darknet", labels, shared("images-sample", "dogs.jpg")))[0]).to.equal("Tibetan terrier");
  });

  it("DeepLab counts the golden mask's pixels, class by class", async () => {
    const logits = await scores("deeplab_mnv2", 21, shared("images-sample", "segmentation_input_rotation0.jpg"), 257);
    const ids = tf.tidy(() => Array.from(tf.argMax(logits, 3).dataSync()));
    logits.dispose();
    const golden = await sharp(shared("images-sample", "segmentation_golden_rotation0.png")).greyscale().raw().toBuffer();
    const count = (values: readonly number[]): number[] => [0, 13, 15].map((id) => values.filter((v) => v === id).length);
    expect(count(ids)).to.deep.equal(count(Array.from(golden, (value) => value / 10)));
  });

  it("the ResNet of CIFAR-10 loads by PyTorch's names, without counters", async () => {
    const [BIRD, DOG] = [2, 5];
    for (const [file, wanted] of [
      ["dogs.jpg", DOG],
      ["puppy.jpg", DOG],
      ["sparrow.jpg", BIRD],
    ] as const) {
      const logits = await scores("cifar_resnet20", 10, shared("images-sample", file), 32);
      expect(
        tf.tidy(() => tf.argMax(logits, 1).dataSync()[0]),
        file,
      ).to.equal(wanted);
      logits.dispose();
    }
  });
});
