import type { Random } from "@fastap/kernel";
import type { Call, TensorBase } from "@fastap/plugin-data";
import type { Size } from "../core/image-size.ts";
import { roundEven } from "../core/resample.ts";
import { RESAMPLES, centred, cropPad, requireSize, sizeOption } from "./item-window.ts";
import type { ItemWindow, Resamples, SizeOption } from "./item-window.ts";
import { WindowTransform } from "./window-transform.ts";

export interface CropDraw {
  /** Part of the area, default 0.08. */
  readonly minScale?: number;
  /** Default 1. */
  readonly maxScale?: number;
  /** Width by height, default 3/4 … 4/3. */
  readonly ratio?: readonly [number, number];
}

export interface RandomResizedCropOptions extends CropDraw {
  readonly resamples?: Resamples;
  /** How much larger the image is than what is cut in validation; default 0.14. */
  readonly valXtra?: number;
}

/**
 * In training a part of random size, shape and place; in validation the middle of the image, squished to a little more than the size.
 * @source fastai.vision.augment.RandomResizedCrop
 */
export class RandomResizedCrop extends WindowTransform {
  override order = 1;
  readonly size: Size;
  /** Of which the middle is shown in validation. */
  readonly squished: Size;
  readonly #draw: Required<CropDraw>;

  /** @throws E_VISION_OPTION */
  constructor(size: SizeOption, { resamples = RESAMPLES, valXtra = 0.14, ...draw }: RandomResizedCropOptions = {}) {
    super({ shown: { size, ...draw, ...(valXtra === 0.14 ? {} : { valXtra }) } }, resamples);
    this.size = sizeOption(size, this.name);
    this.#draw = { minScale: 0.08, maxScale: 1, ratio: [3 / 4, 4 / 3], ...draw };
    const extra = Math.ceil((Math.max(...this.size) * valXtra) / 8) * 8;
    this.squished = [this.size[0] + extra, this.size[1] + extra];
  }

  protected override beforeCall(item: unknown, { random, splitIdx }: Call): ItemWindow {
    const orig = requireSize(item, this);
    if (splitIdx === 1) return { orig, tl: [0, 0], size: orig, padMode: "zeros", resizeTo: this.squished };
    const size = drawCrop(orig, this.#draw, random);
    if (size === undefined) return { ...fallbackCrop(orig, this.#draw.ratio), orig, padMode: "zeros", resizeTo: this.size };
    const x = random.int(orig[0] - size[0] + 1);
    return { orig, tl: [x, random.int(orig[1] - size[1] + 1)], size, padMode: "zeros", resizeTo: this.size };
  }

  protected override show(x: TensorBase, window: ItemWindow, resamples: Resamples): TensorBase {
    const shown = cropPad(x, window, resamples);
    const made = window.resizeTo ?? this.size;
    if (made[0] === this.size[0] && made[1] === this.size[1]) return shown;
    return cropPad(shown, { orig: made, tl: centred(made, this.size), size: this.size, padMode: "zeros" });
  }
}

/** Size of a crop that fits; undefined where ten draws did not. */
export function drawCrop([w, h]: Size, { minScale, maxScale, ratio }: Required<CropDraw>, random: Random): Size | undefined {
  const between = (low: number, high: number): number => low + random.uniform() * (high - low);
  for (let tries = 0; tries < 10; tries++) {
    const area = between(minScale, maxScale) * w * h;
    const shape = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const [width, height] = [roundEven(Math.sqrt(area * shape)), roundEven(Math.sqrt(area / shape))];
    if (width <= w && height <= h) return [width, height];
  }
  return undefined;
}

/** The largest part in the middle whose shape is within `ratio`. */
export function fallbackCrop([w, h]: Size, ratio: readonly [number, number]): { readonly tl: Size; readonly size: Size } {
  const shape = w / h;
  const size: Size = shape < ratio[0] ? [w, Math.trunc(w / ratio[0])] : shape > ratio[1] ? [Math.trunc(h * ratio[1]), h] : [w, h];
  return { tl: centred([w, h], size), size };
}
