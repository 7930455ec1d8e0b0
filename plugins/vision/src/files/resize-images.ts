import { getImageFiles } from "@fastap/plugin-data";
import { inParallel } from "./in-parallel.ts";
import { resizeImage } from "./resize-image.ts";
import type { Resized, ResizeImageOptions } from "./resize-image.ts";
import { workersOption } from "./workers-option.ts";

export interface ResizeImagesOptions extends Omit<ResizeImageOptions, "src"> {
  /** Files at a time; default the processors, at most 16. */
  readonly maxWorkers?: number;
  /** Sub-folders too; default false. */
  readonly recurse?: boolean;
  /** Default the working directory. */
  readonly dest?: string;
}

/** All images of a folder; what became of each, by its path in the folder. @throws E_VISION_OPTION `@source fastai.vision.utils.resize_images` */
export async function resizeImages(path: string, options: ResizeImagesOptions = {}): Promise<Readonly<Record<string, Resized>>> {
  const { maxWorkers, recurse = false, dest = ".", ...each } = options;
  const { relative } = await import("node:path");
  const lanes = await workersOption(maxWorkers, "maxWorkers", "resizeImages");
  const files = (await getImageFiles(path, { recurse })).map((file) => relative(path, file));
  const outcomes = await inParallel(files, lanes, async (file) => [file, await resizeImage(file, dest, { ...each, src: path })] as const);
  return Object.fromEntries(outcomes);
}
