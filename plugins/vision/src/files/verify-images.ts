import { decodeImage } from "../core/decode-image.ts";
import { inParallel } from "./in-parallel.ts";
import { workersOption } from "./workers-option.ts";

/** Whether a file is an image that can be read to its end. `@source fastai.vision.utils.verify_image` */
export async function verifyImage(file: string): Promise<boolean> {
  return decodeImage(file, "RGB").then(
    () => true,
    () => false,
  );
}

export interface VerifyImagesOptions {
  /** Files at a time; default the processors, at most 16. */
  readonly nWorkers?: number;
}

/** Those of the files that are no image, or a broken one, in their order. @throws E_VISION_OPTION `@source fastai.vision.utils.verify_images` */
export async function verifyImages(files: readonly string[], { nWorkers }: VerifyImagesOptions = {}): Promise<string[]> {
  const n = await workersOption(nWorkers, "nWorkers", "verifyImages");
  const verdicts = await inParallel(files, n, verifyImage);
  return files.filter((_, i) => verdicts[i] === false);
}
