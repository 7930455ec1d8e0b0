import type { Random } from "@fastap/kernel";
import type { Normalize, TensorBatch, Transform } from "@fastap/plugin-data";
import { clipByValue, tidy } from "@tensorflow/tfjs-core";
import type { AffineOptions } from "./affine-coord-tfm.ts";
import { Dihedral, Flip, Rotate, Warp, Zoom } from "./affine-transforms.ts";
import type { DrawOptions } from "./draws.ts";
import { Hue } from "./hue.ts";
import { Brightness, Contrast, Saturation } from "./lighting-tfm.ts";
import type { LightingOptions } from "./lighting-tfm.ts";
import type { WarpOptions, ZoomOptions } from "./matrix-draw.ts";

/** A transform applied once to a batch, as in training; the caller disposes the result. */
export type BatchFunction<O> = (batch: TensorBatch, random: Random, options?: O) => TensorBatch;

/**
 * What `f` makes of images in 0…1 after normalisation, in 0…1 again: to look at transforms like RandomErasing. The caller disposes the result.
 * @source fastai.vision.augment.norm_apply_denorm
 */
export function normApplyDenorm(batch: TensorBatch, f: (normalised: TensorBatch) => TensorBatch, norm: Normalize): TensorBatch {
  const changed = tidy(() => {
    const { tensor } = norm.decode(f(norm.encode(batch, 0) as TensorBatch)) as TensorBatch;
    return clipByValue(tensor, 0, 1);
  });
  return batch.with(changed);
}

function applied<O>(Made: new (options?: O) => Transform): BatchFunction<O> {
  return (batch, random, options) => new Made(options).encode(batch, 0, random) as TensorBatch;
}

/** `@source fastai.vision.augment.flip_batch` */
export const flipBatch: BatchFunction<DrawOptions & AffineOptions> = applied(Flip);
/** `@source fastai.vision.augment.dihedral_batch` */
export const dihedralBatch: BatchFunction<DrawOptions & AffineOptions> = applied(Dihedral);
/** `@source fastai.vision.augment.rotate` */
export const rotate: BatchFunction<DrawOptions & { readonly maxDeg?: number } & AffineOptions> = applied(Rotate);
/** `@source fastai.vision.augment.zoom` */
export const zoom: BatchFunction<ZoomOptions & AffineOptions> = applied(Zoom);
/** `@source fastai.vision.augment.warp` */
export const warp: BatchFunction<WarpOptions & AffineOptions> = applied(Warp);
/** `@source fastai.vision.augment.brightness` */
export const brightness: BatchFunction<LightingOptions> = applied(Brightness);
/** `@source fastai.vision.augment.contrast` */
export const contrast: BatchFunction<LightingOptions> = applied(Contrast);
/** `@source fastai.vision.augment.saturation` */
export const saturation: BatchFunction<LightingOptions> = applied(Saturation);
/** `@source fastai.vision.augment.hue` */
export const hue: BatchFunction<DrawOptions & { readonly maxHue?: number }> = applied(Hue);
