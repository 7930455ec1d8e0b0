import { TensorMask } from "@fastap/plugin-data";
import type { TensorBase } from "@fastap/plugin-data";
import { isPixels } from "./image-size.ts";
import type { Size } from "./image-size.ts";
import { nearestResize, pillowBilinear } from "./pillow-resize.ts";

/** How pixels between pixels are found. */
export type Resample = "bilinear" | "nearest";

/** An image or mask of another size, of the same class. Masks are always resized by the second way. */
export function resizePixels<T extends TensorBase>(x: T, [width, height]: Size, resamples: readonly [Resample, Resample]): T {
  const resample = x instanceof TensorMask ? resamples[1] : resamples[0];
  const [h = 0, w = 0, channels] = x.shape;
  if (h === height && w === width) return x;
  const pixels = { data: x.data, shape: [h, w, channels ?? 1] };
  const to = [height, width] as const;
  const data = resample === "nearest" ? nearestResize(pixels, to) : pillowBilinear(pixels, to);
  return sameClass(x, data, channels === undefined ? [height, width] : [height, width, channels]);
}

/** New pixels of the class of `x`. */
export function sameClass<T extends TensorBase>(x: T, data: TensorBase["data"], shape: readonly number[]): T {
  const Type = x.constructor as new (sample: object) => T;
  return new Type({ data, shape, ...(x.dtype === undefined ? {} : { dtype: x.dtype }) });
}

export interface MaxSize {
  readonly maxPx?: number;
  readonly maxH?: number;
  readonly maxW?: number;
}

/** The size that keeps all three limits, sides in proportion. `@source fastai.vision.core.resize_max` */
export function maxSize([w, h]: Size, { maxPx, maxH, maxW }: MaxSize): Size {
  let [width, height] = [w, h];
  if (maxPx !== undefined && w * h > maxPx) [width, height] = [w * Math.sqrt(maxPx / (w * h)), h * Math.sqrt(maxPx / (w * h))];
  if (maxH !== undefined && height > maxH) [width, height] = [(maxH * width) / height, maxH];
  if (maxW !== undefined && width > maxW) [width, height] = [maxW, (maxW * height) / width];
  return [roundEven(width), roundEven(height)];
}

/** Half goes to the even neighbour. `@source` Python's round */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Another size, whatever the proportions. `@source fastai.vision.core.Image.Image.reshape` */
export function reshapeImage<T extends TensorBase>(image: T, h: number, w: number, resample: Resample = "nearest"): T {
  return resizePixels(image, [w, h], [resample, resample]);
}

/** Width times height. `@source fastai.vision.core.Image.Image.n_px` */
export function nPx({ shape: [height = 0, width = 0] }: Pick<TensorBase, "shape">): number {
  return width * height;
}

/** Width by height. `@source fastai.vision.core.Image.Image.aspect` */
export function aspect({ shape: [height = 0, width = 0] }: Pick<TensorBase, "shape">): number {
  return width / height;
}

/** Smaller, where a limit says so. `@source fastai.vision.core.resize_max` */
export function resizeMax<T extends TensorBase>(image: T, limits: MaxSize, resample: Resample = "nearest"): T {
  return resizePixels(image, maxSize([image.shape[1] ?? 0, image.shape[0] ?? 0], limits), [resample, resample]);
}

/** A small copy that fits, sides in proportion; never larger than the image. `@source PIL.Image.thumbnail, fastai.vision.core.to_thumb` */
export function toThumb<T extends TensorBase>(image: T, h: number, w: number = h): T {
  const [height = 0, width = 0] = image.shape;
  const scale = Math.min(1, h / height, w / width);
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resizePixels(image, [side(width), side(height)], ["bilinear", "nearest"]);
}

/** The bytes of a file. `@source fastai.vision.core.to_bytes_format` */
export async function toBytesFormat(image: TensorBase, format: "png" | "jpeg" | "webp" = "png"): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const [height = 0, width = 0, channels = 1] = image.shape;
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  const bytes = isPixels(image) && image.data instanceof Uint8Array ? image.data : Uint8Array.from(image.data);
  return sharp(bytes, { raw }).toFormat(format).toBuffer();
}
