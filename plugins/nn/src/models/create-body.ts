import { Relu } from "../layers/relu.ts";
import { Sequential } from "../layers/sequential.ts";
import { createHead } from "./create-head.ts";
import type { HeadOptions } from "./create-head.ts";
import { Resnet } from "./resnet.ts";
import { shapeAfter } from "./shape-after.ts";
import type { XResNet } from "./xresnet.ts";

/** The layers up to the last features, as a Sequential. @source fastai.vision.learner.create_body */
export function createBody(model: Resnet | XResNet): Sequential {
  if (!(model instanceof Resnet)) return new Sequential(...model.layers.slice(0, -4));
  const { conv1, bn1, maxpool, layer1, layer2, layer3, layer4 } = model;
  return new Sequential(conv1, bn1, new Relu(), maxpool, layer1, layer2, layer3, layer4);
}

/** Body and head; keys start with `0.` and `1.`. @source fastai.vision.learner.create_vision_model */
export function createVisionModel(model: Resnet | XResNet, nOut: number, options: HeadOptions = {}): Sequential {
  const body = createBody(model);
  const { channels } = shapeAfter(body, { channels: 0, height: 64, width: 64 });
  return new Sequential(body, createHead(channels, nOut, options));
}
