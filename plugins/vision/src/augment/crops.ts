import type { Call } from "@fastap/plugin-data";
import type { Random } from "@fastap/kernel";
import type { Size } from "../core/image-size.ts";
import { RESAMPLES, centred, requireSize, sizeOption } from "./item-window.ts";
import type { ItemWindow, PadMode, Resamples, SizeOption } from "./item-window.ts";
import { coveringWindow } from "./resize.ts";
import { WindowTransform } from "./window-transform.ts";

/** Cuts or pads around the middle. `@source fastai.vision.augment.CropPad` */
export class CropPad extends WindowTransform {
  readonly size: Size;
  readonly padMode: PadMode;

  /** @throws E_VISION_OPTION */
  constructor(size: SizeOption, { padMode = "zeros" }: { readonly padMode?: PadMode } = {}) {
    super({ shown: { size, padMode } });
    this.size = sizeOption(size, this.name);
    this.padMode = padMode;
  }

  protected override beforeCall(item: unknown, _call: Call): ItemWindow {
    const orig = requireSize(item, this);
    return { orig, tl: centred(orig, this.size), size: this.size, padMode: this.padMode };
  }
}

/** CropPad at a random place in training. `@source fastai.vision.augment.OldRandomCrop` */
export class OldRandomCrop extends CropPad {
  protected override beforeCall(item: unknown, { random, splitIdx }: Call): ItemWindow {
    const orig = requireSize(item, this);
    const tl = splitIdx === 1 ? centred(orig, this.size) : anyPlace(orig, this.size, random);
    return { orig, tl, size: this.size, padMode: this.padMode };
  }
}

/** A part at a random place in training, in the middle in validation; smaller images are padded. `@source fastai.vision.augment.RandomCrop` */
export class RandomCrop extends WindowTransform {
  override order = 1;
  readonly size: Size;

  /** @throws E_VISION_OPTION */
  constructor(size: SizeOption) {
    super({ shown: { size } });
    this.size = sizeOption(size, this.name);
  }

  protected override beforeCall(item: unknown, { random, splitIdx }: Call): ItemWindow {
    const orig = requireSize(item, this);
    const tl = splitIdx === 1 ? centred(orig, this.size) : anyPlace(orig, this.size, random);
    return { orig, tl, size: this.size, padMode: "zeros" };
  }
}

/** The longer side becomes `maxSz`, the other in proportion. `@source fastai.vision.augment.RatioResize` */
export class RatioResize extends WindowTransform {
  override order = 1;
  readonly maxSz: number;

  /** @throws E_VISION_OPTION */
  constructor(maxSz: number, { resamples = RESAMPLES }: { readonly resamples?: Resamples } = {}) {
    super({ shown: { maxSz } }, resamples);
    this.maxSz = sizeOption(maxSz, this.name)[0];
  }

  protected override beforeCall(item: unknown, { random, splitIdx }: Call): ItemWindow {
    const orig = requireSize(item, this);
    const { maxSz } = this;
    const [w, h] = orig;
    const target: Size = w >= h ? [maxSz, Math.trunc((h * maxSz) / w)] : [Math.trunc((w * maxSz) / h), maxSz];
    const place = splitIdx === 1 ? [0.5, 0.5] : [random.uniform(), random.uniform()];
    return coveringWindow(orig, { target: [Math.max(1, target[0]), Math.max(1, target[1])], place, padMode: "reflection", pad: false });
  }
}

/** Uniform among the whole places inside, or among those left of and above a smaller image. */
function anyPlace(orig: Size, size: Size, random: Random): Size {
  const along = (spare: number): number => (spare < 0 ? spare + random.int(-spare) : random.int(spare + 1));
  const x = along(orig[0] - size[0]);
  return [x, along(orig[1] - size[1])];
}
