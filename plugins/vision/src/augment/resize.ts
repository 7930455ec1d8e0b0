import type { Call } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import type { Size } from "../core/image-size.ts";
import { RESAMPLES, requireSize, sizeOption } from "./item-window.ts";
import type { ItemWindow, PadMode, Resamples, SizeOption } from "./item-window.ts";
import { WindowTransform } from "./window-transform.ts";

/** Stretch to the size, cut what is too much, or pad what is too little. */
export type ResizeMethod = "squish" | "crop" | "pad";

export interface ResizeOptions {
  /** Default "crop". */
  readonly method?: ResizeMethod;
  /** Default "reflection". */
  readonly padMode?: PadMode;
  /** Default bilinear for images, nearest for masks. */
  readonly resamples?: Resamples;
}

/** All images of one size; what is cut or padded is random in training, centred in validation. `@source fastai.vision.augment.Resize` */
export class Resize extends WindowTransform {
  override order = 1;
  readonly size: Size;
  readonly method: ResizeMethod;
  readonly padMode: PadMode;

  /** @throws E_VISION_OPTION */
  constructor(size: SizeOption, { method = "crop", padMode = "reflection", resamples = RESAMPLES }: ResizeOptions = {}) {
    super({ shown: { size, method, padMode } }, resamples);
    this.size = sizeOption(size, this.name);
    oneOf("method", method, ["squish", "crop", "pad"]);
    oneOf("padMode", padMode, ["zeros", "border", "reflection"]);
    this.method = method;
    this.padMode = padMode;
  }

  protected override beforeCall(item: unknown, { random, splitIdx }: Call): ItemWindow {
    const orig = requireSize(item, this);
    if (this.method === "squish") return { orig, tl: [0, 0], size: orig, padMode: this.padMode, resizeTo: this.size };
    const place = splitIdx === 1 ? [0.5, 0.5] : [random.uniform(), random.uniform()];
    return coveringWindow(orig, { target: this.size, place, padMode: this.padMode, pad: this.method === "pad" });
  }
}

interface Covering {
  readonly target: Size;
  /** Where in what is cut or padded, 0…1 of (x, y). */
  readonly place: readonly number[];
  readonly padMode: PadMode;
  readonly pad: boolean;
}

/** The largest window of the target's shape in the image, or with `pad` the smallest around it. */
export function coveringWindow(orig: Size, { target, place: [px = 0.5, py = 0.5], padMode, pad }: Covering): ItemWindow {
  const scales = [orig[0] / target[0], orig[1] / target[1]];
  const scale = pad ? Math.max(...scales) : Math.min(...scales);
  const size: Size = [Math.trunc(scale * target[0]), Math.trunc(scale * target[1])];
  const tl: Size = [Math.trunc(px * (orig[0] - size[0])), Math.trunc(py * (orig[1] - size[1]))];
  return { orig, tl, size, padMode, resizeTo: target };
}

function oneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw E_VISION_OPTION({ option, expected: known.join(", "), received: value, where: "Resize" });
}
