import { IntToFloatTensor, MultiCategorize, Transform, transformBlock } from "@fastap/plugin-data";
import type { TransformBlock } from "@fastap/plugin-data";
import { AddMaskCodes } from "../core/add-mask-codes.ts";
import { bbPad } from "../core/bb-pad.ts";
import { BBoxLabeler } from "../core/bbox-labeler.ts";
import type { ImageInput } from "../core/open-pixels.ts";
import { OPEN, PILImage, PILMask, portableOpener } from "../core/pil-image.ts";
import { PointScaler } from "../core/point-scaler.ts";
import type { PointScalerOptions } from "../core/point-scaler.ts";
import { createBoxes, createPoints } from "../core/points.ts";

const POINTS = new URL("../core/points.js", import.meta.url).href;

/** Something that opens images: `PILImage`, `PILImageBW`, or a class of one's own. */
export interface ImageClass {
  create(input: ImageInput): Promise<object>;
}

/** Images. `@source fastai.vision.data.ImageBlock` */
export function imageBlock(cls: ImageClass = PILImage): TransformBlock {
  return transformBlock({ typeTfms: opener(cls), batchTfms: IntToFloatTensor });
}

export interface MaskBlockOptions {
  /** What the numbers of the masks mean; others are refused. */
  readonly codes?: readonly string[];
  /** Masks hold multiples of this: 255 for black and white ones. Default 1. */
  readonly divMask?: number;
}

/** Masks. `@source fastai.vision.data.MaskBlock` */
export function maskBlock({ codes, divMask = 1 }: MaskBlockOptions = {}): TransformBlock {
  const addCodes = new AddMaskCodes({ ...(codes === undefined ? {} : { codes }), divMask });
  return transformBlock({ typeTfms: opener(PILMask), itemTfms: addCodes, batchTfms: new IntToFloatTensor({ divMask }) });
}

/** Lists of [x, y] in pixels. `@source fastai.vision.data.PointBlock` */
export function pointBlock(options: PointScalerOptions = {}): TransformBlock {
  return transformBlock({
    typeTfms: new Transform({ enc: createPoints, name: "createPoints", portable: { module: POINTS, name: "createPoints" } }),
    itemTfms: new PointScaler(options),
  });
}

/** Lists of [left, top, right, bottom] in pixels. `@source fastai.vision.data.BBoxBlock` */
export function bboxBlock(options: PointScalerOptions = {}): TransformBlock {
  const typeTfms = new Transform({ enc: createBoxes, name: "createBoxes", portable: { module: POINTS, name: "createBoxes" } });
  return transformBlock({ typeTfms, itemTfms: new PointScaler(options), dlsOptions: { beforeBatch: bbPad } });
}

/** Labels of boxes; with `addNa`, the default, number 0 means none. `@source fastai.vision.data.BBoxLblBlock` */
export function bboxLblBlock({
  vocab,
  addNa = true,
}: { readonly vocab?: readonly string[]; readonly addNa?: boolean } = {}): TransformBlock {
  return transformBlock({ typeTfms: new MultiCategorize({ addNa, ...(vocab === undefined ? {} : { vocab }) }), itemTfms: BBoxLabeler });
}

function opener(cls: ImageClass): Transform {
  return new Transform({ name: OPEN, enc: async (input: ImageInput) => cls.create(input), portable: portableOpener(cls) });
}
