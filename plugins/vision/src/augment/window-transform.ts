import { RandTransform, TensorImage, TensorMask, TensorPoint } from "@fastap/plugin-data";
import type { Portable, RandTransformOptions, TensorBase } from "@fastap/plugin-data";
import { RESAMPLES, cropPad } from "./item-window.ts";
import type { ItemWindow, Resamples } from "./item-window.ts";
import { portableByName } from "./portable-by-name.ts";

/** A transform of items that shows a window of the image, and moves points and boxes along. */
export class WindowTransform extends RandTransform<ItemWindow> {
  constructor(options: RandTransformOptions, resamples: Resamples = RESAMPLES) {
    const shown = resamples === RESAMPLES ? options.shown : { ...options.shown, resamples };
    super({ splitIdx: null, ...options, ...(shown === undefined ? {} : { shown }) });
    const apply = (x: TensorBase, window: ItemWindow): TensorBase => this.show(x, window, resamples);
    this.on(TensorImage, apply).on(TensorMask, apply).on(TensorPoint, apply);
  }

  override portable(): Portable | undefined {
    return portableByName(this);
  }

  protected show(x: TensorBase, window: ItemWindow, resamples: Resamples): TensorBase {
    return cropPad(x, window, resamples);
  }
}
