import type { Module } from "@fastap/plugin-nn";
import { seBlock } from "@fastap/plugin-nn";
import { architectures, basicCritic, XResNet, xresnets } from "@fastap/plugin-vision";
import { expect } from "chai";
import { buildLayer, isLayer } from "./layers/build.ts";
import { isVisionModel, modelOf } from "./layers/model-of.ts";

const shapesOf = (module: Module): Map<string, readonly number[]> =>
  new Map([...module.saved()].map(([name, { shape }]): [string, readonly number[]] => [name, [...shape]]));

/** All that fastai's signatures have, as cases write them: other cases of the same kinds have to be read too. */
const layers: Readonly<Record<string, readonly string[]>> = {
  "ConvLayer(4, 8, 5, 2, 2, True, 2, <NormType.BatchZero: 2>, False, <class 'torch.nn.modules.activation.Tanh'>)": ["0.weight", "0.bias"],
  "ConvLayer(4, 8, {'ks': 3, 'groups': 4, 'bias_std': None, 'init': None, 'padding_mode': 'zeros'})": [],
  "ConvLayer(4, 8, {'padding_mode': 'reflect'})": ["0.weight"],
  "ConvLayer(4, 8, {'act_cls': functools.partial(<class 'torch.nn.modules.activation.LeakyReLU'>, negative_slope=0.2)})": ["0.weight"],
  "ConvLayer(4, 8, transpose=True, ndim=1, ks=4, stride=2, padding=1, norm_type=NormType.Weight)": ["0.weight_g", "0.weight_v"],
  "ConvLayer(4, 8, {'ndim': 3, 'norm_type': <NormType.InstanceZero: 6>, 'xtra': SigmoidRange(0, 2)})": ["1.weight"],
  "BatchNorm(4, ndim=1, norm_type=<NormType.BatchZero: 2>, eps=0.001, momentum=0.2)": ["weight", "running_var"],
  "BatchNorm(4, affine=False)": ["running_mean"],
  "InstanceNorm(4, affine=False)": [],
  "LinBnDrop(7, 4, True, 0.0, ReLU(inplace=True), True)": ["0.weight", "2.running_mean"],
  "AvgPool(3, 2, 1, 2, True)": [],
  "Flatten(full=True)": [],
  "Cat([ConvLayer(8, 3), ConvLayer(8, 3, ks=1)], dim=2)": ["0.0.weight"],
  "TimeDistributed(ConvLayer(3, 4), low_mem=True, tdim=2)": ["module.0.weight"],
  "PixelShuffle_ICNR(4, 2, 3, True, <NormType.Spectral: 4>, None)": ["0.0.weight_orig"],
  "SEModule(16, 4, <class 'torch.nn.modules.activation.SiLU'>)": ["layers.1.0.bias"],
  "SEBlock(1, 16, 16, 4, 8, 2)": ["convpath.0.0.weight"],
  "SEResNeXtBlock(4, 8, 8, 2, 4, 1, 16)": ["convpath.1.0.weight"],
  "SeparableBlock(1, 16, 16, 4, 2)": ["convpath.0.0.weight"],
  "ResBlock(1, 8, 12, 2, 1, 4, None, 6) {'pool': <class 'fastai.layers.MaxPool'>, 'sa': True, 'sym': True, 'dilation': 1}": [
    "convpath.3.gamma",
  ],
  "ResBlock(4, 2, 2, dw=True, bn_1st=False, bias_std=0, act_cls=Mish, ks=5)": ["convpath.1.0.weight"],
  "DenseResBlock(4, <NormType.Instance: 5>)": ["layers.0.1.weight"],
  "create_head(6, 3, [8], [0.1, 0.2], True, False, False, True, False, (0, 3)); dropouts set to 0": ["3.weight"],
  "SimpleSelfAttention(8, 3, True)": ["gamma", "conv.weight_orig"],
  "Sequential(Conv2d(3, 4, 3, padding=1, bias=False), GroupNorm(2, 4), LayerNorm(4))": ["1.weight"],
};

const named = (name: string): Module => {
  const arch = architectures.find((each) => each.name === name);
  if (arch === undefined) throw new Error(name);
  return arch.make({ nOut: 5 });
};

describe("golden cases that are not here", () => {
  for (const [text, keys] of Object.entries(layers))
    it(text.slice(0, 70), () => {
      expect(isLayer(text)).to.equal(true);
      expect([...shapesOf(buildLayer(text, 8)).keys()]).to.include.members([...keys]);
    });

  it("takes no option that it does not know", () => {
    expect(() => buildLayer("ConvLayer(4, 8, {'colour': 1})", 4)).to.throw(/colour/);
    expect(() => buildLayer("ConvLayer(4, 8, {'padding_mode': 'mirror'})", 4)).to.throw(/paddingMode/);
    expect([
      isLayer("Debugger()"),
      isVisionModel("EmbeddingDotBias(4, 6, 9)"),
      isVisionModel("TabularModel([(5, 3)], 1, 2, [8])"),
    ]).to.deep.equal([false, false, false]);
  });

  it("reads every member of the xresnet family, by name, as a call and from shapes", () => {
    for (const [name, make] of Object.entries(xresnets)) {
      if (!/18|34/.test(name)) continue;
      const shapes = shapesOf(make({ nOut: 5, cIn: 1, widen: 0.5 }));
      for (const text of [`${name}_tiny_widen`, `${name}(n_out=5, widen=0.5)`]) {
        expect(isVisionModel(text), text).to.equal(true);
        expect(shapesOf(modelOf(text, { shapes, channels: 1 })), text).to.deep.equal(shapes);
      }
    }
    const attending = shapesOf(new XResNet(4, [1, 1, 1, 1], { sa: true, widen: 0.25, stemSzs: [8, 64], nOut: 3 }));
    expect(shapesOf(modelOf("xresnet50_tiny_sa_mish", { shapes: attending, channels: 3 }))).to.deep.equal(attending);
    for (const norm of ["instance", "weight", "spectral", null] as const) {
      const shapes = shapesOf(new XResNet(1, [1, 1], { norm, widen: 0.125, nOut: 2, block: seBlock, reduction: 8 }));
      expect(shapesOf(modelOf("XResNet(SEBlock, 1, [1, 1], reduction=8)", { shapes, channels: 3 })), String(norm)).to.deep.equal(shapes);
    }
  });

  it("reads bodies with heads, U-Nets, critics and whole networks with all their options", () => {
    const place = { shapes: new Map<string, readonly number[]>(), channels: 3 };
    const keys = (text: string, channels = 3): string[] => {
      expect(isVisionModel(text), text).to.equal(true);
      return [...shapesOf(modelOf(text, { ...place, channels })).keys()];
    };
    const head =
      "create_vision_model(resnet34, 4, pretrained=False, cut=-3, ps=[0.1, 0.2], first_bn=False, bn_final=True, y_range=(0, 1), lin_ftrs=[16])";
    expect(keys(head)).to.include("0.4.0.conv1.weight").and.include("1.8.running_mean");
    for (const name of ["vgg11_bn", "squeezenet1_1", "densenet121", "alexnet"])
      expect(keys(`create_vision_model(${name}, 4, n_in=1, pretrained=False, concat_pool=False)`, 1)).to.include(
        name === "densenet121" ? "0.0.conv0.weight" : "0.0.0.weight",
      );
    expect(
      keys("create_unet_model(xresnet18, 2, (32, 32), pretrained=False, n_in=1, blur=True, bottle=True, norm_type=<NormType.Batch: 1>)", 1),
    ).to.include("layers.4.shuf.0.0.weight");
    expect(
      keys(
        "DynamicUnet(create_body(resnet34, pretrained=False, cut=-4), 2, (48, 40), {'self_attention': True, 'blur_final': False, 'act_cls': Mish})",
      ),
    ).to.include("layers.1.weight");
    expect(keys("gan_critic_small gan_critic(3, nf=8, n_blocks=2, p=0.1)")).to.include("0.0.weight_orig");
    const critic =
      "basic_critic(32, 3, 8, 1, <NormType.Instance: 5>, act_cls=functools.partial(<class 'torch.nn.modules.activation.LeakyReLU'>, negative_slope=0.2))";
    expect(keys(critic)).to.deep.equal([...shapesOf(basicCritic(32, 3, { nFeatures: 8, nExtraLayers: 1, norm: "instance" })).keys()]);
    expect(keys("gan_generator basic_generator(16, 1, 6, 8, 2, bias=True)")).to.include("1.0.bias");
    expect(keys("resnet18(num_classes=5, pretrained=False)")).to.deep.equal([...shapesOf(named("resnet18")).keys()]);
  });
});
