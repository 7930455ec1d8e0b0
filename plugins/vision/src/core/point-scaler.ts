import { ItemTransform, TensorBBox, Tuple, tuple } from "@fastap/plugin-data";
import type { Portable, SetupItems, TensorPoint } from "@fastap/plugin-data";
import { E_VISION_BOX, E_VISION_NO_IMAGE } from "../errors.ts";
import { sizeOfItem } from "./image-size.ts";
import type { Size } from "./image-size.ts";
import { isPoints, mapPoints } from "./points.ts";

export interface PointScalerOptions {
  /** Points are in pixels; default true. */
  readonly doScale?: boolean;
  /** Points are [y, x]; default false. */
  readonly yFirst?: boolean;
}

/**
 * Points and boxes in pixels → −1…1 of the image in the same item, and back; in training before anything moves the image.
 * @throws E_VISION_NO_IMAGE, E_VISION_BOX for boxes that leave the image by more than a pixel
 * @source fastai.vision.core.PointScaler
 */
export class PointScaler extends ItemTransform {
  /** Below that of all other transforms of items: fastai has 1, which lets flips of order 0 see pixels. */
  override order = -1;
  /** Numbers of the first item's points. */
  c: number | undefined;
  readonly lossFunc = "mseLossFlat";
  readonly #options: PointScalerOptions;

  constructor(options: PointScalerOptions = {}) {
    super();
    this.#options = options;
    const { doScale = true, yFirst = false } = options;
    const scale = (points: TensorPoint, size: Size): TensorPoint => {
      const ordered = yFirst ? mapPoints(points, (y, x) => [x, y]) : points;
      if (!doScale) return ordered;
      if (ordered instanceof TensorBBox) checkBoxes(ordered, size);
      return mapPoints(ordered, (x, y) => [(2 * x) / size[0] - 1, (2 * y) / size[1] - 1]);
    };
    const unscale = (points: TensorPoint, [w, h]: Size): TensorPoint => mapPoints(points, (x, y) => [((x + 1) * w) / 2, ((y + 1) * h) / 2]);
    this.on(
      Tuple,
      (item: Tuple) => eachPoints(item, scale),
      (item: Tuple) => eachPoints(item, unscale),
    );
  }

  override portable(): Portable {
    return { module: import.meta.url, name: "PointScaler", args: [this.#options] };
  }

  protected override async setups(items: SetupItems): Promise<void> {
    if (items.length === 0) return;
    const item = await items.get(0);
    this.c = item instanceof Tuple ? item.find(isPoints)?.data.length : undefined;
  }
}

function eachPoints(item: Tuple, f: (points: TensorPoint, size: Size) => TensorPoint): Tuple {
  if (!item.some(isPoints)) return item;
  const size = sizeOfItem(item);
  if (size === undefined) throw E_VISION_NO_IMAGE({ transform: "PointScaler", received: `${item.length} parts without pixels` });
  return tuple(...item.map((part) => (isPoints(part) ? f(part, size) : part)));
}

function checkBoxes({ data }: TensorBBox, [width, height]: Size): void {
  for (let i = 0; i < data.length; i += 4) {
    const box = Array.from(data.subarray(i, i + 4));
    if (!boxFits(box, [width, height])) throw E_VISION_BOX({ box, row: i / 4, width, height });
  }
}

/** Whether [left, top, right, bottom] are in order, and leave the image by a pixel at most. */
export function boxFits(box: readonly number[], [width, height]: Size): boolean {
  return isWithin(box[0], box[2], width) && isWithin(box[1], box[3], height);
}

/** In order, and outside 0…length by a pixel at most. */
function isWithin(from: number | undefined, to: number | undefined, length: number): boolean {
  return from !== undefined && to !== undefined && from >= -1 && from <= to && to <= length + 1;
}
