import type { StateDict } from "@fastap/kernel";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine, createRandom } from "@fastap/plugin-engine-tfjs";
import { Counter } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { architectures, createVisionModel } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";

const arch = (name: string): (typeof architectures)[number] => {
  const found = architectures.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const wave = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(1.7 * i + seed));

/** For each entry of PyTorch's state dict a wave by its place there, made to keep activations of a size. */
function waves(model: Module): StateDict {
  return new Map(
    [...model.saved()].flatMap(([name, item], place) => {
      if (item instanceof Counter) return [];
      const scale = 1.4 * Math.sqrt(2 / count(item.shape.slice(1)));
      const value = (x: number): number => {
        if (name.endsWith("running_var")) return 1 + x * x;
        if (item.shape.length === 1 && name.endsWith("weight")) return 1 + 0.2 * x;
        return item.shape.length === 4 ? scale * x : 0.3 * x;
      };
      return [[name, { dtype: "F32" as const, shape: item.shape, data: wave(item.shape, place).map(value) }] as const];
    }),
  );
}

describe("timm's resnets", () => {
  const engine = createEngine();
  let before = 0;
  beforeEach(async () => {
    await engine.activate(cpuBackend);
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors).to.equal(before));

  /** timm's documentation, in millions, and exactly by the same network in PyTorch 2.13. */
  const parameters = { resnet18d: 11_708_744, resnet34d: 21_816_904, resnet50d: 25_576_264, resnet26t: 16_011_872, resnet101d: 44_568_392 };
  for (const [name, wanted] of Object.entries(parameters))
    it(`${name} has ${wanted} parameters`, () => {
      const trained = [...arch(name).make({}).saved()].filter(([key]) => !/running_|num_batches/.test(key));
      expect(trained.reduce((sum, [, { shape }]) => sum + count(shape), 0)).to.equal(wanted);
    });

  it("have timm's names", () => {
    const names = (name: string): string[] => [...arch(name).make({}).saved().keys()];
    const stem = [
      "conv1.0.weight",
      "conv1.1.running_mean",
      "conv1.3.weight",
      "conv1.4.num_batches_tracked",
      "conv1.6.weight",
      "bn1.weight",
    ];
    const block = ["layer2.0.conv1.weight", "layer2.0.downsample.1.weight", "layer2.0.downsample.2.running_var", "fc.bias"];
    expect(names("resnet18d"))
      .to.include.members([...stem, ...block])
      .and.have.length(134);
    expect(names("resnet18d")).not.to.include("layer1.0.downsample.1.weight");
    expect(names("resnet50d"))
      .to.include.members([...stem, ...block, "layer1.0.downsample.1.weight"])
      .and.have.length(332);
    for (const name of ["resnet18d", "resnet50d"]) expect(names(name).some((key) => key.includes("downsample.0."))).to.equal(false);
    expect(names("resnet26")).to.include.members(["conv1.weight", "layer1.0.downsample.0.weight"]);
  });

  /** Two images of 69×75, whose halves are odd at every stage, through the same network in PyTorch 2.13 at width 4. */
  const outputs = {
    resnet18d: [-0.03750789, -2.047266, 2.368977, -0.04076225, -2.046185, 2.37105],
    resnet50d: [-5.761995, -0.5832427, 6.449574, -5.762336, -0.5830498, 6.449655],
    resnet26t: [-4.905913, -3.442626, 9.618564, -4.905282, -3.442181, 9.617331],
  };
  for (const [name, wanted] of Object.entries(outputs))
    it(`${name} gives what PyTorch gives`, () => {
      const model = arch(name).make({ nOut: 3, width: 4 } as object);
      model.loadStateDict(waves(model), { strict: false });
      model.init({ engine, random: createRandom(1) });
      model.train(false);
      const got = tf.tidy(() => {
        const x = tf.transpose(tf.tensor(wave([2, 3, 69, 75], 5), [2, 3, 69, 75]), [0, 2, 3, 1]);
        return Array.from((model.forward(x) as tf.Tensor).dataSync());
      });
      got.forEach((value, i) => expect(value, `${i}`).to.be.closeTo(wanted[i] ?? NaN, 2e-4));
      expect(got).to.have.length(wanted.length);
      model.dispose();
    });

  it("are bodies of vision models, of images with other channels too", () => {
    for (const name of ["resnet18d", "resnet26t"]) {
      const model = createVisionModel(arch(name), 7, { nIn: 1 });
      expect([...model.saved().get("1.4.weight")?.shape ?? []].at(-1)).to.equal(name === "resnet18d" ? 1024 : 4096); // prettier-ignore
      expect(
        arch(name)
          .splitter?.(model.layers[0] as typeof model)
          .map((group) => group.length),
      ).to.deep.equal([6, 2]);
    }
  });
});
