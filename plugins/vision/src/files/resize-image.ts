import type { Metadata } from "sharp";
import type { Size } from "../core/image-size.ts";
import type { Resample } from "../core/resample.ts";
import { E_VISION_OPTION } from "../errors.ts";
import { verifyImage } from "./verify-images.ts";

export interface ResizeImageOptions {
  /** Folder that `file` is relative to; default the working directory. */
  readonly src?: string;
  /** Longer sides are made this long; default: none is. */
  readonly maxSize?: number;
  /** 3: images of other channels become RGB. Default 3. */
  readonly nChannels?: number;
  /** Of the new file, with its dot; default that of the old one. */
  readonly ext?: string;
  /** Default what the extension says. */
  readonly imgFormat?: "jpeg" | "png" | "webp" | "tiff" | "gif" | "avif";
  /** Default "bilinear". */
  readonly resample?: Resample;
  /** Leave out what is there already; default false. */
  readonly resume?: boolean;
  /** Of JPEG and WebP, 1…100; default 75, as Pillow has it. */
  readonly quality?: number;
}

/** What became of a file: written anew, copied as it was, left because it was there, or no image. */
export type Resized = "resized" | "copied" | "there" | "unreadable";

/** The size whose longer side (or shorter, with `useMin`) is `target`, sides in proportion. `@source fastai.vision.utils.resize_to` */
export function resizeTo([width, height]: Size, target: number, useMin = false): Size {
  const ratio = target / (useMin ? Math.min(width, height) : Math.max(width, height));
  return [Math.trunc(width * ratio), Math.trunc(height * ratio)];
}

/**
 * One image into a folder, below the same sub-folder, resized and made RGB where it has to be, else copied. Where only its channels are
 * others it is resized to `maxSize` too, even if that is larger. It is written whole or not at all; upright, as its EXIF orientation says.
 * @throws E_VISION_OPTION where `file` leads out of its folder
 * @source fastai.vision.utils.resize_image
 */
export async function resizeImage(file: string, dest: string, options: ResizeImageOptions = {}): Promise<Resized> {
  const { from, as, to } = await placesOf(file, dest, options);
  if (options.resume === true && (await exists(as))) return "there";
  if (!(await verifyImage(from))) return "unreadable";
  return convert(from, to, options);
}

async function convert(from: string, to: string, options: ResizeImageOptions): Promise<Resized> {
  const { maxSize = Infinity, nChannels = 3 } = options;
  const { size, channels, bytes } = await factsOf(from);
  if (Math.max(...size) > maxSize || channels !== nChannels) {
    await write(bytes, to, { ...options, size: Number.isFinite(maxSize) ? resizeTo(size, maxSize) : size });
    return "resized";
  }
  const { copyFile } = await import("node:fs/promises");
  if (to !== from) await copyFile(from, to);
  return "copied";
}

interface Places {
  readonly from: string;
  /** Below `dest`, by the old name, and by that with the new extension. */
  readonly as: string;
  readonly to: string;
}

async function placesOf(file: string, dest: string, { src = ".", ext }: ResizeImageOptions): Promise<Places> {
  const { mkdir } = await import("node:fs/promises");
  const paths = await import("node:path");
  if (paths.isAbsolute(file) || paths.normalize(file).startsWith(".."))
    throw E_VISION_OPTION({ option: "file", expected: "a path below src", received: file, where: "resizeImage" });
  const [from, as] = [paths.resolve(src, file), paths.resolve(dest, file)];
  await mkdir(paths.dirname(as), { recursive: true });
  return { from, as, to: ext === undefined ? as : `${as.slice(0, as.length - paths.extname(as).length)}${ext}` };
}

async function exists(path: string): Promise<boolean> {
  const { access } = await import("node:fs/promises");
  return access(path).then(
    () => true,
    () => false,
  );
}

async function factsOf(file: string): Promise<{ readonly size: Size; readonly channels: number; readonly bytes: Uint8Array }> {
  const { readFile } = await import("node:fs/promises");
  const { default: sharp } = await import("sharp");
  const bytes = await readFile(file);
  const facts = await sharp(bytes).metadata();
  const { width, height } = facts.autoOrient;
  return { size: [width, height], channels: channelsOf(facts), bytes };
}

/** As Pillow counts them: an image of a palette has one. */
function channelsOf({ channels, isPalette, format }: Metadata): number {
  return isPalette === true || format === "gif" ? 1 : channels;
}

interface Writing extends ResizeImageOptions {
  readonly size: Size;
}

async function write(bytes: Uint8Array, to: string, options: Writing): Promise<void> {
  const { size, nChannels = 3, resample = "bilinear", imgFormat, quality = 75 } = options;
  const { rename, rm, writeFile } = await import("node:fs/promises");
  const { extname } = await import("node:path");
  const { default: sharp } = await import("sharp");
  const [width, height] = [Math.max(1, size[0]), Math.max(1, size[1])];
  const kernel = resample === "nearest" ? "nearest" : "linear";
  const image = sharp(bytes).autoOrient().resize(width, height, { fit: "fill", kernel });
  const plain = nChannels === 3 ? image.removeAlpha().toColourspace("srgb") : image;
  const format = imgFormat ?? FORMATS[extname(to).toLowerCase()] ?? "png";
  const encoded = format === "jpeg" || format === "webp" ? plain.toFormat(format, { quality }) : plain.toFormat(format);
  const part = `${to}.part`;
  try {
    await writeFile(part, await encoded.toBuffer());
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

const FORMATS: Readonly<Record<string, NonNullable<ResizeImageOptions["imgFormat"]>>> = {
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".jpe": "jpeg",
  ".png": "png",
  ".webp": "webp",
  ".tif": "tiff",
  ".tiff": "tiff",
  ".gif": "gif",
  ".avif": "avif",
};
