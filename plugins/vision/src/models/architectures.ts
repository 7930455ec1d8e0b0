import { Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { imagenetStats } from "../core/stats.ts";
import { AlexNet } from "./alexnet.ts";
import type { Architecture, BodySplitter } from "./architecture.ts";
import { cifarResnet20 } from "./cifar-resnet.ts";
import { DeepLab } from "./deeplab.ts";
import { DenseNet } from "./densenet.ts";
import { MobileNetV1 } from "./mobilenet-v1.ts";
import { MobileNetV2 } from "./mobilenet-v2.ts";
import { resnet101, resnet152, resnet18, resnet34, resnet50, timmResnets, wideResnets } from "./resnet.ts";
import { SqueezeNet } from "./squeezenet.ts";
import { TinyDarknet } from "./tiny-darknet.ts";
import { Vgg } from "./vgg.ts";
import { xresnets } from "./xresnets.ts";

const splitAt =
  (at: number): BodySplitter =>
  (body) => [body.layers.slice(0, at), body.layers.slice(at)];

/** Of a body whose one child holds the features. */
const splitFeaturesAt =
  (at: number): BodySplitter =>
  (body) => {
    const [features] = body.layers;
    const layers = features?.children().map(([, layer]) => layer) ?? [];
    return [layers.slice(0, at), layers.slice(at)];
  };

/** The features themselves are the body, so that every size of theirs is a child's output. */
const ownFeatures = (model: Module & { readonly features?: Sequential }): Sequential => new Sequential(...(model.features?.layers ?? []));

const family = (shared: Omit<Architecture, "name" | "make">, members: Readonly<Record<string, Architecture["make"]>>): Architecture[] =>
  Object.entries(members).map(([name, make]) => ({ name, make, ...shared }));

const withWeights = (weights: (name: string) => string, made: readonly Architecture[]): Architecture[] =>
  made.map((each) => ({ ...each, weights: weights(each.name) }));

/** What this package knows. @source fastai.vision.learner.model_meta */
export const architectures: readonly Architecture[] = [
  ...family({ cut: -4, splitter: splitAt(3), stats: imagenetStats }, xresnets),
  ...withWeights(
    (name) => name,
    family(
      { cut: -2, splitter: splitAt(6), stats: imagenetStats },
      { resnet18, resnet34, resnet50, resnet101, resnet152, ...wideResnets, ...timmResnets },
    ),
  ),
  ...withWeights(
    (name) => name,
    family(
      { cut: -2, splitter: splitFeaturesAt(22), stats: imagenetStats },
      {
        vgg11_bn: (options) => new Vgg([1, 1, 2, 2, 2], options),
        vgg13_bn: (options) => new Vgg([2, 2, 2, 2, 2], options),
        vgg16_bn: (options) => new Vgg([2, 2, 3, 3, 3], options),
        vgg19_bn: (options) => new Vgg([2, 2, 4, 4, 4], options),
      },
    ),
  ),
  ...withWeights(
    (name) => name,
    family(
      { cut: -1, splitter: splitFeaturesAt(7), stats: imagenetStats },
      {
        densenet121: (options) => new DenseNet([6, 12, 24, 16], 32, options),
        densenet161: (options) => new DenseNet([6, 12, 36, 24], 48, options),
        densenet169: (options) => new DenseNet([6, 12, 32, 32], 32, options),
        densenet201: (options) => new DenseNet([6, 12, 48, 32], 32, options),
      },
    ),
  ),
  ...family(
    { cut: -1, splitter: splitFeaturesAt(5), stats: imagenetStats },
    {
      squeezenet1_0: (options) => new SqueezeNet("1_0", options),
      squeezenet1_1: (options) => new SqueezeNet("1_1", options),
    },
  ),
  { name: "alexnet", make: (options) => new AlexNet(options), cut: -2, splitter: splitFeaturesAt(6), stats: imagenetStats },
  { name: "mobilenet_v2", make: (options) => new MobileNetV2("folded", options), cut: ownFeatures, weights: "mobilenet_v2" },
  { name: "mobilenet_v2_bn", make: (options) => new MobileNetV2("norm", options), cut: ownFeatures, stats: imagenetStats },
  { name: "mobilenet_v1_025", make: (options) => new MobileNetV1(0.25, options), cut: ownFeatures, weights: "mobilenet_v1_025" },
  { name: "tiny_darknet", make: (options) => new TinyDarknet(options), cut: ownFeatures, weights: "tiny_darknet" },
  { name: "deeplab_mnv2", make: (options) => new DeepLab(options), cut: ownFeatures, weights: "deeplab_mnv2" },
  { name: "cifar_resnet20", make: (options) => cifarResnet20(options), cut: -2, weights: "cifar_resnet20" },
];
