import { didYouMean } from "@fastap/kernel";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { E_VISION_OPTION, E_VISION_VOC_FEW } from "../../errors.ts";
import { imageBlock, pointBlock } from "../blocks.ts";
import type { VisionHost } from "../vision-host.ts";
import type { VocObject } from "./read-voc.ts";
import { vocImages } from "./voc-images.ts";
import type { VocImage, VocOptions } from "./voc-images.ts";
import { vocLoaders } from "./voc-loaders.ts";

export interface VocPointsOptions extends VocOptions {
  /** Classes whose boxes count; default all. */
  readonly classes?: readonly string[];
  /** Points of an image, those of its largest boxes, largest first; default 1. */
  readonly points?: number;
  /** Leave out images with fewer boxes; default false, then they are an error. */
  readonly skipFew?: boolean;
}

/**
 * Images, and the centres of their largest boxes as points: annotations of Pascal VOC's form.
 * @throws E_VISION_VOC, E_VISION_VOC_SET, E_VISION_VOC_FEW, E_VISION_NO_FILES, E_VISION_OPTION
 */
export async function vocPoints(host: VisionHost, options: VocPointsOptions): Promise<TfmdDataLoaders> {
  const { classes, points = 1, skipFew = false, ...others } = options;
  if (!(Number.isSafeInteger(points) && points >= 1))
    throw E_VISION_OPTION({ option: "points", expected: "a whole number of at least 1", received: String(points) });
  const { root, found, rest } = await vocImages(host, others);
  if (classes !== undefined) checkClasses(classes, found);
  const items = found.map((image) => ({ ...image, objects: largest(image.objects, classes).slice(0, points) }));
  const few = items.find(({ objects }) => objects.length < points);
  const enough = items.filter(({ objects }) => objects.length === points);
  if (few !== undefined && (!skipFew || enough.length === 0))
    throw E_VISION_VOC_FEW({ file: few.file, expected: points, received: few.objects.length, classes: classes ?? [] });
  const centres = new Map(enough.map(({ image, objects }) => [image, objects.map(centre)]));
  return vocLoaders(host, {
    images: enough,
    blocks: [imageBlock(rest.imgCls), pointBlock()],
    getY: (image: string) => centres.get(image),
    where: root,
    options: rest,
  });
}

function largest(objects: readonly VocObject[], classes: readonly string[] | undefined): readonly VocObject[] {
  const counted = objects.filter(({ name }) => classes === undefined || classes.includes(name));
  return counted.toSorted((a, b) => area(b) - area(a));
}

function area({ box: [left = 0, top = 0, right = 0, bottom = 0] }: VocObject): number {
  return (right - left) * (bottom - top);
}

function centre({ box: [left = 0, top = 0, right = 0, bottom = 0] }: VocObject): readonly [x: number, y: number] {
  return [(left + right) / 2, (top + bottom) / 2];
}

function checkClasses(classes: readonly string[], images: readonly VocImage[]): void {
  const known = [...new Set(images.flatMap(({ objects }) => objects.map(({ name }) => name)))].toSorted();
  const stranger = classes.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw E_VISION_OPTION({ option: "classes", expected: known.join(", "), received: stranger, hint: didYouMean(stranger, known) });
}
