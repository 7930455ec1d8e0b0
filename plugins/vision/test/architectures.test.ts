import { architectures, bodyOf, createVisionModel } from "@fastap/plugin-vision";
import { expect } from "chai";
import type { Module } from "@fastap/plugin-nn";

/** Trained numbers, of shapes alone. */
function size(model: Module): number {
  const trained = [...model.saved()].filter(([name]) => !/running_|num_batches/.test(name));
  return trained.reduce((sum, [, { shape }]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

const byName = (name: string): (typeof architectures)[number] => {
  const found = architectures.find((arch) => arch.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe("architectures", () => {
  /** torchvision's documentation: parameters of each with 1000 classes. */
  const torchvision: Readonly<Record<string, number>> = {
    resnet18: 11_689_512,
    resnet34: 21_797_672,
    resnet50: 25_557_032,
    resnet101: 44_549_160,
    resnet152: 60_192_808,
    wide_resnet50_2: 68_883_240,
    resnext50_32x4d: 25_028_904,
    resnext101_32x8d: 88_791_336,
    vgg11_bn: 132_868_840,
    vgg13_bn: 133_053_736,
    vgg16_bn: 138_365_992,
    vgg19_bn: 143_678_248,
    densenet121: 7_978_856,
    densenet161: 28_681_000,
    densenet169: 14_149_480,
    densenet201: 20_013_928,
    squeezenet1_0: 1_248_424,
    squeezenet1_1: 1_235_496,
    alexnet: 61_100_840,
    mobilenet_v2_bn: 3_504_872,
  };
  for (const [name, count] of Object.entries(torchvision))
    it(`${name} has torchvision's ${count} parameters`, () => expect(size(byName(name).make({}))).to.equal(count));

  it("have torchvision's names", () => {
    const has = (name: string, ...keys: string[]): Chai.Assertion =>
      expect([...byName(name).make({}).saved().keys()]).to.include.members(keys);
    has("resnet50", "layer1.0.conv3.weight", "layer1.0.downsample.1.running_var", "fc.bias");
    has("vgg11_bn", "features.0.bias", "features.1.running_mean", "features.26.weight", "classifier.6.weight");
    has("densenet121", "features.conv0.weight", "features.denseblock4.denselayer16.norm2.weight", "features.transition3.conv.weight");
    has("densenet121", "features.norm5.num_batches_tracked", "classifier.bias");
    has("squeezenet1_0", "features.12.expand3x3.bias", "classifier.1.weight");
    has("squeezenet1_1", "features.12.squeeze.weight");
    has("alexnet", "features.10.weight", "classifier.6.bias", "classifier.1.weight");
    has("mobilenet_v2_bn", "features.1.conv.0.1.weight", "features.1.conv.1.weight", "features.2.conv.3.running_mean", "classifier.1.bias");
  });

  it("have the groups of fastai's table, which together are all layers of the body", () => {
    const table: Readonly<Record<string, readonly number[]>> = {
      xresnet34: [3, 5],
      resnet50: [6, 2],
      vgg16_bn: [22, 22],
      densenet121: [7, 5],
      squeezenet1_1: [5, 8],
      alexnet: [6, 7],
    };
    for (const [name, sizes] of Object.entries(table)) {
      const arch = byName(name);
      const body = bodyOf(arch);
      const groups = arch.splitter?.(body) ?? [];
      expect(
        groups.map((group) => group.length),
        name,
      ).to.deep.equal(sizes);
      expect(
        groups.flat().reduce((sum, layer) => sum + size(layer), 0),
        name,
      ).to.equal(size(body));
    }
  });

  it("tell the channels of their features", () => {
    const table = { resnet18: 512, resnet50: 2048, densenet161: 2208, squeezenet1_0: 512, alexnet: 256, vgg19_bn: 512, mobilenet_v2: 1280 };
    const more = { xresnet50: 2048, xresnet18_deeper: 256, xse_resnext50: 2048, xsenet154: 2048, tiny_darknet: 128, deeplab_mnv2: 160 };
    for (const [name, nf] of Object.entries({ ...table, ...more })) {
      const head = [...createVisionModel(byName(name), 3, { linFtrs: [], concatPool: false }).saved()].findLast(
        ([, { shape }]) => shape.length === 2,
      );
      expect(head?.[1].shape, name).to.deep.equal([3, nf]);
    }
  });
});
