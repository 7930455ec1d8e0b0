import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { imageBlock, maskBlock } from "./blocks.ts";
import type { MaskBlockOptions } from "./blocks.ts";
import { buildLoaders } from "./build-loaders.ts";
import type { ImageLoadersOptions } from "./build-loaders.ts";
import type { VisionHost } from "./vision-host.ts";
import { dataPath } from "./data-path.ts";
import { drawSplit } from "./image-data-loaders.ts";
import { requireFiles } from "./require-files.ts";

export interface SegmentationOptions extends ImageLoadersOptions, MaskBlockOptions {}

/** Loaders of images with masks. `@source fastai.vision.data.SegmentationDataLoaders` */
export const segmentationDataLoaders = {
  /** `labelFunc` makes the mask's path of an image's. @throws E_VISION_NO_FILES */
  async fromLabelFunc(
    host: VisionHost,
    path: string,
    fnames: readonly string[],
    labelFunc: (path: string) => unknown,
    { codes, divMask, ...options }: SegmentationOptions = {},
  ): Promise<TfmdDataLoaders> {
    const where = await dataPath(path, host.config.root);
    await requireFiles(fnames, where);
    const masks = maskBlock({ ...(codes === undefined ? {} : { codes }), ...(divMask === undefined ? {} : { divMask }) });
    const block = { blocks: [imageBlock(options.imgCls), masks], splitter: drawSplit(options), getY: labelFunc };
    return buildLoaders({ host, block, source: fnames, where, options });
  },
} as const;
