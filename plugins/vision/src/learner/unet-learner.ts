import type { DataLoaders, Host, Spec } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { E_VISION_IMAGE_SIZE } from "../errors.ts";
import type { Architecture } from "../models/architecture.ts";
import type { Cut } from "../models/body.ts";
import { createUnet } from "../models/create-unet.ts";
import type { UnetOptions } from "../models/dynamic-unet.ts";
import { given } from "../models/given.ts";
import { choose, transferLearner } from "./vision-learner.ts";
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
export async function unetLearner(
  host: Host,
  dls: DataLoaders,
  arch: string | Architecture,
  options: UnetLearnerOptions = {},
): Promise<Learner> {
  const { normalize, nOut: _n, pretrained: _p, weights: _w, readWeights: _r, ...rest } = options;
  const { nIn: _i, cut, blur, blurFinal, selfAttention, yRange, lastCross, bottle, act, init, norm, imgSize, ...learner } = rest;
  const choice = choose(host, dls, arch, options, "unetLearner");
  const size = imgSize ?? (await sizeOfBatch(dls));
  const plain = given({ cut, blur, blurFinal, selfAttention, yRange, lastCross, bottle, norm });
  const model = createUnet(choice.arch, choice.nOut, size, {
    nIn: choice.nIn,
    ...plain,
    ...given({ act, init }),
    pretrained: choice.weights,
  });
  const isNamed = typeof arch === "string" && act === undefined && init === undefined && typeof cut !== "function";
  const shape = { arch, nOut: choice.nOut, nIn: choice.nIn, imgSize: size, ...plain };
  const modelSpec: Spec | undefined = isNamed ? ["unetModel", shape] : undefined;
  return transferLearner(host, dls, { model, choice, normalize }, { ...given({ modelSpec }), ...learner });
}

async function sizeOfBatch(dls: DataLoaders): Promise<readonly [number, number]> {
  if (dls.inputShape?.length === 3) return heightAndWidth(dls.inputShape);
  for await (const batch of dls.valid) {
    const [, ...item] = batch[0]?.shape ?? [];
    for (const each of batch) each.dispose();
    if (item.length === 3) return heightAndWidth(item);
  }
  throw E_VISION_IMAGE_SIZE();
}

function heightAndWidth([height = 1, width = 1]: readonly number[]): readonly [number, number] {
  return [height, width];
}
