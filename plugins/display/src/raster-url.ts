import { encode } from "fast-png";
import type { Raster } from "./cell.ts";

/** In Node and in browsers. */
declare const btoa: (text: string) => string;

const CHUNK = 8192;

/** The picture as a PNG in a data URL. */
export function rasterUrl({ width, height, channels, data }: Raster): string {
  const png = encode({ width, height, channels, depth: 8, data });
  let text = "";
  for (let at = 0; at < png.length; at += CHUNK) text += String.fromCharCode(...png.subarray(at, at + CHUNK));
  return `data:image/png;base64,${btoa(text)}`;
}
