import type { DataLoaders, Host, Spec } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { Sequential } from "@fastap/plugin-nn";
import { E_VISION_IMAGE_SIZE } from "../model-errors.ts";
import type { Architecture } from "../models/architecture.ts";
import type { Cut } from "../models/body.ts";
import { bodyOf } from "../models/create-vision-model.ts";
import type { BodyOptions } from "../models/create-vision-model.ts";
import { DynamicUnet } from "../models/dynamic-unet.ts";
import type { UnetOptions } from "../models/dynamic-unet.ts";
import { choose, given, transferLearner } from "./vision-learner.ts";
import type { TransferOptions } from "./vision-learner.ts";

export interface UnetLearnerOptions extends TransferOptions, Omit<UnetOptions, "cIn"> {
  /** Channels of the images; default 3. */
  readonly nIn?: number;
  readonly cut?: Cut;
  /** Height and width of the images; default that of a batch, which is read for it. */
  readonly imgSize?: readonly [height: number, width: number];
}

/**
 * A Learner of a U-Net on a body with pretrained weights; frozen as {@link visionLearner}'s.
 * @source fastai.vision.learner.unet_learner
 * @throws as visionLearner; E_VISION_IMAGE_SIZE where the data give no batch of images
 */
export async function unetLearner(host: Host, dls: DataLoaders, arch: string | Architecture, options: UnetLearnerOptions = {}): Promise<Learner> {
  const { normalize, nOut: _n, pretrained: _p, weights: _w, ...rest } = options;
  const { nIn: _i, cut, blur, blurFinal, selfAttention, yRange, lastCross, bottle, act, init, norm, imgSize, ...learner } = rest;
  const choice = choose(host, dls, arch, options, "unetLearner");
  const size = imgSize ?? (await sizeOfBatch(dls));
  const plain = given({ cut, blur, blurFinal, selfAttention, yRange, lastCross, bottle, norm });
  const model = createUnet(choice.arch, choice.nOut, size, { nIn: choice.nIn, ...plain, ...given({ act, init }), pretrained: choice.weights });
  const isNamed = typeof arch === "string" && act === undefined && init === undefined && typeof cut !== "function";
  const shape = { arch, nOut: choice.nOut, nIn: choice.nIn, imgSize: size, ...plain };
  const modelSpec: Spec | undefined = isNamed ? ["unetModel", shape] : undefined;
  return transferLearner(host, dls, { model, choice, normalize }, { ...given({ modelSpec }), ...learner });
}

/** A U-Net on the body of an architecture. @throws E_VISION_CUT, E_VISION_WEIGHTS, E_VISION_INPUT */
export function createUnet(
  arch: Architecture,
  nOut: number,
  imgSize: readonly [height: number, width: number],
  { nIn = 3, cut, pretrained, ...options }: BodyOptions & Omit<UnetOptions, "cIn"> = {},
): DynamicUnet {
  const body = bodyOf(arch, { nIn, ...given({ cut }), pretrained });
  return new DynamicUnet(encoderOf(body), nOut, imgSize, { ...options, cIn: nIn });
}

/** Features in one child, as VGG's, would have no size before the last; they are taken apart. */
function encoderOf(body: Sequential): Sequential {
  const [only, ...others] = body.layers;
  return only instanceof Sequential && others.length === 0 ? only : body;
}

async function sizeOfBatch(dls: DataLoaders): Promise<readonly [number, number]> {
  for await (const batch of dls.valid) {
    const [, height, width, channels] = batch[0]?.shape ?? [];
    for (const each of batch) each.dispose();
    if (height === undefined || width === undefined || channels === undefined) break;
    return [height, width];
  }
  throw E_VISION_IMAGE_SIZE();
}
