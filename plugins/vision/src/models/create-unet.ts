import { Sequential } from "@fastap/plugin-nn";
import { given } from "./given.ts";
import type { Architecture } from "./architecture.ts";
import { bodyOf } from "./create-vision-model.ts";
import type { BodyOptions } from "./create-vision-model.ts";
import { DynamicUnet } from "./dynamic-unet.ts";
import type { UnetOptions } from "./dynamic-unet.ts";

/** A U-Net on the body of an architecture. @throws E_VISION_CUT, E_VISION_WEIGHTS, E_VISION_STEM */
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
