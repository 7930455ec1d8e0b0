import type { HostArray } from "@fastap/plugin-learner";
import { bmpUrl } from "./bmp.ts";
import type { InterpretedItem } from "./items.ts";

/** The input as a picture; for masks, the target and the decision too. None where the input is no image. */
export function imagesOf({ input, targ, decoded }: InterpretedItem): string[] {
  const picture = imageUrl(input);
  if (picture === undefined) return [];
  const [height, width] = input.shape;
  const isMask = (array: HostArray): boolean => array.shape[0] === height && array.shape[1] === width && array.shape.length === 2;
  return isMask(targ) && isMask(decoded) ? [picture, maskUrl(targ), maskUrl(decoded)] : [picture];
}

/** `[height, width, 1 or 3]`; the values are stretched to the full range, as inputs are normalised. */
function imageUrl({ data, shape }: HostArray): string | undefined {
  const [height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) return undefined;
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const scale = 255 / (high - low || 1);
  const at = (y: number, x: number, c: number): number => data[(y * width + x) * channels + (channels === 1 ? 0 : c)] ?? 0;
  return squareUrl({ width, height }, (y, x, c) => (at(y, x, c) - low) * scale);
}

interface Size {
  readonly width: number;
  readonly height: number;
}
type Pixel = Parameters<typeof bmpUrl>[1];

/** Whole pixels, enlarged without blur to about this many. */
const SIDE = 144;

/** In the middle of a white square, as cells are square. */
function squareUrl({ width, height }: Size, pixel: Pixel): string {
  const longer = Math.max(width, height, 1);
  const factor = Math.max(1, Math.floor(SIDE / longer));
  const [left, top] = [Math.floor((longer - width) / 2), Math.floor((longer - height) / 2)];
  return bmpUrl({ width: longer * factor, height: longer * factor }, (y, x, c) => {
    const [row, column] = [Math.floor(y / factor) - top, Math.floor(x / factor) - left];
    return row < 0 || row >= height || column < 0 || column >= width ? 255 : pixel(row, column, c);
  });
}

/** Colours of classes that a mask can have; later classes start over. */
const CLASSES: readonly (readonly [number, number, number])[] = [
  [17, 24, 39],
  [37, 99, 235],
  [234, 88, 12],
  [5, 150, 105],
  [124, 58, 237],
  [234, 179, 8],
  [219, 39, 119],
  [13, 148, 136],
];

function maskUrl({ data, shape }: HostArray): string {
  const [height = 0, width = 0] = shape;
  return squareUrl({ width, height }, (y, x, c) => CLASSES[(data[y * width + x] ?? 0) % CLASSES.length]?.[c] ?? 0);
}
