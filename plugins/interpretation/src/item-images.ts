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
  return bmpUrl({ width, height }, (y, x, c) => (at(y, x, c) - low) * scale);
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
  return bmpUrl({ width, height }, (y, x, c) => CLASSES[(data[y * width + x] ?? 0) % CLASSES.length]?.[c] ?? 0);
}
