import { join } from "node:path";
import sharp from "sharp";

/** Folder of real data, where there is one. */
export const folder: string | undefined = process.env["FASTAP_DATA"];

/** A path below it; for tests that skip without it. */
export const shared = (...parts: readonly string[]): string => join(folder ?? "", ...parts);

/** A photo squeezed to a square, `[side, side, 3]` in 0…1. */
export async function photo(file: string, side: number): Promise<Float32Array> {
  const bytes = await sharp(file).rotate().removeAlpha().resize(side, side, { fit: "fill" }).raw().toBuffer();
  return Float32Array.from(bytes, (value) => value / 255);
}
