import { TensorImage, TensorMask } from "@fastap/plugin-data";
import type { TensorBase } from "@fastap/plugin-data";

/** Width before height, in pixels, as points have x before y. */
export type Size = readonly [width: number, height: number];

/** Of an image or a mask. */
export function imageSize({ shape }: Pick<TensorBase, "shape">): Size {
  const [height = 0, width = 0] = shape;
  return [width, height];
}

/** Whether it has pixels. */
export function isPixels(x: unknown): x is TensorImage | TensorMask {
  return x instanceof TensorImage || x instanceof TensorMask;
}

/** The size of the first image or mask among the parts of an item, or of the item itself. */
export function sizeOfItem(item: unknown): Size | undefined {
  const parts: readonly unknown[] = Array.isArray(item) ? item : [item];
  const image = parts.find(isPixels);
  return image === undefined ? undefined : imageSize(image);
}
