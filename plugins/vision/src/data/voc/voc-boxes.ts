import { didYouMean } from "@fastap/kernel";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { E_VISION_VOC } from "../../errors.ts";
import { bboxBlock, bboxLblBlock, imageBlock } from "../blocks.ts";
import type { VisionHost } from "../vision-host.ts";
import { vocImages } from "./voc-images.ts";
import type { VocImage, VocOptions } from "./voc-images.ts";
import { vocLoaders } from "./voc-loaders.ts";

export interface VocBoxesOptions extends VocOptions {
  /** The classes; others are refused. Default those found in training. */
  readonly vocab?: readonly string[];
}

/**
 * Images, their boxes and what is in them, as two targets: annotations of Pascal VOC's form.
 * @throws E_VISION_VOC, E_VISION_VOC_SET, E_VISION_NO_FILES
 */
export async function vocBoxes(host: VisionHost, options: VocBoxesOptions): Promise<TfmdDataLoaders> {
  const { vocab, ...others } = options;
  const { root, found, rest } = await vocImages(host, others);
  if (vocab !== undefined) for (const image of found) checkLabels(image, vocab);
  const objects = new Map(found.map((image) => [image.image, image.objects]));
  return vocLoaders(host, {
    images: found,
    blocks: [imageBlock(rest.imgCls), bboxBlock(), bboxLblBlock(vocab === undefined ? {} : { vocab })],
    getY: [(image: string) => objects.get(image)?.map(({ box }) => box), (image: string) => objects.get(image)?.map(({ name }) => name)],
    where: root,
    options: rest,
  });
}

function checkLabels({ file, objects }: VocImage, vocab: readonly string[]): void {
  const row = objects.findIndex(({ name }) => !vocab.includes(name));
  const name = objects[row]?.name;
  if (name !== undefined)
    throw E_VISION_VOC({ file, row, expected: `a class of ${vocab.join(", ")}`, received: name, hint: didYouMean(name, vocab) });
}
