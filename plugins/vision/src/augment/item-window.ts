import type { TensorBase, Transform } from "@fastap/plugin-data";
import { E_VISION_NO_IMAGE, E_VISION_OPTION } from "../errors.ts";
import { isPixels, sizeOfItem } from "../core/image-size.ts";
import type { Size } from "../core/image-size.ts";
import { isPoints, mapPoints } from "../core/points.ts";
import { resizePixels, sameClass } from "../core/resample.ts";
import type { Resample } from "../core/resample.ts";

/** What lies outside an image: black, the nearest pixel, or the image mirrored without its edge twice. */
export type PadMode = "zeros" | "border" | "reflection";

/** Of images and of masks. */
export type Resamples = readonly [image: Resample, mask: Resample];
export const RESAMPLES: Resamples = ["bilinear", "nearest"];

/** A part of an image, which may reach outside, and what it is resized to. All (x, y) in pixels. */
export interface ItemWindow {
  readonly orig: Size;
  readonly tl: Size;
  readonly size: Size;
  readonly padMode: PadMode;
  readonly resizeTo?: Size;
}

/** A side, or height and width, as users give sizes. */
export type SizeOption = number | readonly [height: number, width: number];

/** As (width, height). @throws E_VISION_OPTION */
export function sizeOption(size: unknown, where: string): Size {
  const pair: readonly unknown[] = Array.isArray(size) ? size : [size, size];
  const [height, width] = pair.map(Number);
  const valid = pair.length === 2 && pair.every((side) => Number.isSafeInteger(side) && Number(side) > 0);
  if (!valid || height === undefined || width === undefined)
    throw E_VISION_OPTION({
      option: "size",
      expected: "a whole number, or [height, width]",
      received: JSON.stringify(size) ?? "none",
      where,
    });
  return [width, height];
}

/** @throws E_VISION_NO_IMAGE */
export function requireSize(item: unknown, transform: Transform): Size {
  const size = sizeOfItem(item);
  if (size === undefined) throw E_VISION_NO_IMAGE({ transform: transform.name, received: typeof item });
  return size;
}

/** The place in the middle. `@source fastai.vision.augment.CropPad` */
export function centred(orig: Size, size: Size): Size {
  return [Math.floor((orig[0] - size[0]) / 2), Math.floor((orig[1] - size[1]) / 2)];
}

/** Pixels cut, padded and resized; points and boxes moved along. `@source fastai.vision.augment.crop_pad` */
export function cropPad<T extends TensorBase>(x: T, window: ItemWindow, resamples: Resamples = RESAMPLES): T {
  if (isPoints(x)) {
    const { orig, tl, size } = window;
    const move = (p: number, axis: 0 | 1): number => ((p + 1) * orig[axis]) / size[axis] - (2 * tl[axis]) / size[axis] - 1;
    return mapPoints(x, (px, py) => [move(px, 0), move(py, 1)]);
  }
  if (!isPixels(x)) return x;
  const cut = cutPixels(x, window);
  return window.resizeTo === undefined ? cut : resizePixels(cut, window.resizeTo, resamples);
}

function cutPixels<T extends TensorBase>(x: T, { tl, size, padMode }: ItemWindow): T {
  const [h = 0, w = 0, ...channels] = x.shape;
  if (tl[0] === 0 && tl[1] === 0 && size[0] === w && size[1] === h) return x;
  const c = channels[0] ?? 1;
  const columns = sources(w, { from: tl[0], length: size[0], padMode });
  const rows = sources(h, { from: tl[1], length: size[1], padMode });
  const data = new (x.data.constructor as new (n: number) => TensorBase["data"])(size[0] * size[1] * c);
  rows.forEach((row, y) => {
    if (row < 0) return;
    columns.forEach((column, at) => {
      if (column < 0) return;
      const [from, to] = [(row * w + column) * c, (y * size[0] + at) * c];
      for (let i = 0; i < c; i++) data[to + i] = x.data[from + i] ?? 0;
    });
  });
  return sameClass(x, data, [size[1], size[0], ...channels]);
}

interface Stretch {
  readonly from: number;
  readonly length: number;
  readonly padMode: PadMode;
}

/** For each place of a window along an axis of `n` pixels the pixel it shows; −1 for black. Only what is inside the window is mirrored. */
function sources(n: number, { from, length, padMode }: Stretch): Int32Array {
  const first = Math.max(0, Math.min(from, n - 1));
  const last = Math.min(n, Math.max(from + length, 1)) - 1;
  return Int32Array.from({ length }, (_, i) => {
    const at = from + i;
    if (at >= first && at <= last) return at;
    if (padMode === "zeros") return -1;
    return padMode === "border" ? Math.min(last, Math.max(first, at)) : mirrored(at - first, last - first) + first;
  });
}

/** Reflected about both ends of 0…last. */
function mirrored(at: number, last: number): number {
  if (last === 0) return 0;
  const folded = Math.abs(at) % (2 * last);
  return folded > last ? 2 * last - folded : folded;
}
