import type { Sample } from "@fastap/plugin-data";
import { decodeImage } from "./decode-image.ts";
import type { ImageMode, OpenOptions } from "./decode-image.ts";
import { E_VISION_INPUT } from "../errors.ts";
import { toGrey, toRgb } from "./channels.ts";

/**
 * A file's path, the bytes of one, or pixels `[height, width]` or `[height, width, channels]`: integers are 0…255, those of a Float32Array
 * are fractions. A tensor is given as what `await tensor.data()` says, with its shape.
 */
export type ImageInput = string | Uint8Array | Sample;

/** Pixels of an image in the mode asked for, `[height, width, channels]`, bytes; of masks int32 where the file has more. */
export async function openPixels(input: ImageInput, mode: ImageMode, options: OpenOptions): Promise<Sample> {
  if (typeof input === "string" || input instanceof Uint8Array) return decodeImage(input, mode, options);
  if (!isSample(input)) throw refused(worded(input));
  const { data } = input;
  const [height, width, channels] = sizes(input);
  if (mode === "mask" && channels === 1 && !(data instanceof Float32Array)) return { data, shape: [height, width, 1], dtype: "int32" };
  const bytes = data instanceof Float32Array ? Uint8Array.from(data, toByte) : Uint8Array.from(data);
  const pixels = { data: bytes, width, height, channels };
  return mode === "RGB" ? toRgb(pixels) : toGrey(pixels);
}

function sizes({ data, shape }: Sample): readonly [height: number, width: number, channels: number] {
  const [height = 0, width = 0, channels = 1] = shape;
  const plausible = shape.length <= 3 && channels <= 4 && data.length > 0;
  if (!plausible || data.length !== height * width * channels) throw refused(`shape [${shape.join(", ")}] with ${data.length} values`);
  return [height, width, channels];
}

function isSample(input: unknown): boolean {
  return typeof input === "object" && input !== null && "data" in input && "shape" in input && Array.isArray(input.shape);
}

function toByte(fraction: number): number {
  return Math.min(255, Math.max(0, Math.trunc(fraction * 255)));
}

function refused(received: string): Error {
  const expected = "a path, the bytes of a file, or { data, shape } with shape [height, width] or [height, width, 1…4]";
  return E_VISION_INPUT({ what: "image", expected, received, where: "create" });
}

function worded(input: unknown): string {
  return typeof input === "object" && input !== null ? "an object without data and shape" : String(input);
}
