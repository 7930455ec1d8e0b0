import { TensorImage, TensorImageBW, TensorMask, Transform } from "@fastap/plugin-data";
import type { Portable, Sample } from "@fastap/plugin-data";
import { openPixels } from "./open-pixels.ts";
import type { OpenOptions } from "./decode-image.ts";
import type { ImageInput } from "./open-pixels.ts";

/** A colour image, bytes `[height, width, 3]`. `@source fastai.vision.core.PILImage` */
export class PILImage extends TensorImage {
  /** @throws E_VISION_IMAGE, E_VISION_PIXELS, E_VISION_INPUT */
  static async create(input: ImageInput, options: OpenOptions = {}): Promise<PILImage> {
    return new PILImage(await openPixels(input, "RGB", options));
  }
}

/** A grey image, bytes `[height, width, 1]`. `@source fastai.vision.core.PILImageBW` */
export class PILImageBW extends TensorImageBW {
  /** @throws E_VISION_IMAGE, E_VISION_PIXELS, E_VISION_INPUT */
  static async create(input: ImageInput, options: OpenOptions = {}): Promise<PILImageBW> {
    return new PILImageBW(await openPixels(input, "L", options));
  }
}

/** A mask, class numbers `[height, width]`. `@source fastai.vision.core.PILMask` */
export class PILMask extends TensorMask {
  /** The file it was read from. */
  readonly file?: string;

  constructor(sample: Sample, file?: string) {
    super(sample);
    if (file !== undefined) this.file = file;
  }
  /** @throws E_VISION_IMAGE, E_VISION_PIXELS, E_VISION_INPUT */
  static async create(input: ImageInput, options: OpenOptions = {}): Promise<PILMask> {
    const { data, shape } = await openPixels(input, "mask", options);
    return new PILMask({ data, shape: shape.slice(0, 2), dtype: "int32" }, typeof input === "string" ? input : undefined);
  }
}

/** Name of the transform that opens images. */
export const OPEN = "open";

const CLASSES: Readonly<Record<string, { create(input: ImageInput): Promise<object> }>> = { PILImage, PILImageBW, PILMask };

/** How a worker opens images as one of the classes here; undefined for any other. */
export function portableOpener(cls: unknown): Portable | undefined {
  const known = Object.entries(CLASSES).find(([, each]) => each === cls);
  return known === undefined ? undefined : { module: import.meta.url, name: "openerOf", args: [known[0]] };
}

/** For workers, which find it by its name. @public */
export function openerOf(name: string): Transform {
  return new Transform({ name: OPEN, enc: async (input: ImageInput) => CLASSES[name]?.create(input) });
}
