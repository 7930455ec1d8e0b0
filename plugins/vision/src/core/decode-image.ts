import type { Sample } from "@fastap/plugin-data";
import type { Metadata, Sharp } from "sharp";
import { E_VISION_IMAGE, E_VISION_PIXELS } from "../errors.ts";
import { toGrey, toRgb } from "./channels.ts";

/** RGB, 8-bit grey, or the numbers of a mask as they are. */
export type ImageMode = "RGB" | "L" | "mask";

export interface OpenOptions {
  /** Refuses files whose header names more pixels; default 178956970, as Pillow does. */
  readonly maxPixels?: number;
}

const CAP = 178956970;

/**
 * Decodes a file, upright as its EXIF orientation says, without alpha; CMYK and other spaces become sRGB, 16 bits 8. A mask of 16 bits keeps them.
 * @throws E_VISION_IMAGE, and before anything is decoded E_VISION_PIXELS
 */
export async function decodeImage(input: string | Uint8Array, mode: ImageMode, { maxPixels = CAP }: OpenOptions = {}): Promise<Sample> {
  const file = typeof input === "string" ? input : `image of ${input.length} bytes`;
  try {
    const bytes = typeof input === "string" ? await readBytes(input) : input;
    const { default: sharp } = await import("sharp");
    const image = sharp(bytes, { limitInputPixels: false, failOn: "error" });
    const facts = await image.metadata();
    const { width, height } = facts;
    if (width * height > maxPixels) throw new TooLarge(width, height);
    return await pixelsOf(image.autoOrient(), facts, mode);
  } catch (error) {
    if (error instanceof TooLarge) throw E_VISION_PIXELS({ file, width: error.width, height: error.height, cap: maxPixels });
    throw E_VISION_IMAGE({ file, error }, error);
  }
}

class TooLarge extends Error {
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number) {
    super("too large");
    this.width = width;
    this.height = height;
  }
}

async function pixelsOf(image: Sharp, { channels: given, depth, hasAlpha }: Metadata, mode: ImageMode): Promise<Sample> {
  const isGrey = given - (hasAlpha ? 1 : 0) === 1;
  if (mode === "mask" && isGrey && depth === "ushort") return deepMask(image);
  const plain = image.removeAlpha().toColourspace(isGrey ? "b-w" : "srgb");
  const { data, info } = await plain.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const pixels = { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels };
  return mode === "RGB" ? toRgb(pixels) : toGrey(pixels);
}

async function deepMask(image: Sharp): Promise<Sample> {
  const { data, info } = await image.removeAlpha().toColourspace("grey16").raw({ depth: "ushort" }).toBuffer({ resolveWithObject: true });
  const values = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const { width, height, channels } = info;
  const numbers = Int32Array.from({ length: width * height }, (_, i) => values.getUint16(2 * i * channels, true));
  return { data: numbers, shape: [height, width, 1], dtype: "int32" };
}

async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  return readFile(path);
}
