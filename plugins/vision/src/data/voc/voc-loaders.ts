import { funcSplitter } from "@fastap/plugin-data";
import type { DataBlockOptions, TfmdDataLoaders } from "@fastap/plugin-data";
import { buildLoaders } from "../build-loaders.ts";
import type { ImageLoadersOptions } from "../build-loaders.ts";
import { drawSplit } from "../image-data-loaders.ts";
import type { VisionHost } from "../vision-host.ts";
import type { VocImage } from "./voc-images.ts";

interface VocLoaders extends Required<Pick<DataBlockOptions, "blocks" | "getY">> {
  readonly images: readonly VocImage[];
  readonly where: string;
  readonly options: ImageLoadersOptions;
}

/** Items are the paths of the images, so that a Learner predicts from a path; the lists split them, or chance. */
export async function vocLoaders(host: VisionHost, { images, where, options, ...block }: VocLoaders): Promise<TfmdDataLoaders> {
  const valid = new Set(images.filter(({ isValid }) => isValid).map(({ image }) => image));
  const splitter = options.validPct === undefined ? funcSplitter((image: string) => valid.has(image)) : drawSplit(options);
  const source = images.map(({ image }) => image);
  return buildLoaders({ host, block: { ...block, nInp: 1, splitter }, source, where, options });
}
