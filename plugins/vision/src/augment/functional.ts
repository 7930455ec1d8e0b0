import type { Random } from "@fastap/kernel";
import type { TensorBatch, Transform } from "@fastap/plugin-data";
import { Dihedral, Flip, Rotate, Warp, Zoom } from "./affine-transforms.ts";
import { Hue } from "./hue.ts";
import { Brightness, Contrast, Saturation } from "./lighting-tfm.ts";

/** A transform applied once to a batch, as in training; the caller disposes the result. */
export type BatchFunction<O> = (batch: TensorBatch, random: Random, options?: O) => TensorBatch;

function applied<O>(Made: new (options?: O) => Transform): BatchFunction<O> {
  return (batch, random, options) => new Made(options).encode(batch, 0, random) as TensorBatch;
}

type OptionsOf<T extends new (options?: never) => Transform> = NonNullable<ConstructorParameters<T>[0]>;

/** `@source fastai.vision.augment.flip_batch` */
export const flipBatch: BatchFunction<OptionsOf<typeof Flip>> = applied(Flip);
/** `@source fastai.vision.augment.dihedral_batch` */
export const dihedralBatch: BatchFunction<OptionsOf<typeof Dihedral>> = applied(Dihedral);
/** `@source fastai.vision.augment.rotate` */
export const rotate: BatchFunction<OptionsOf<typeof Rotate>> = applied(Rotate);
/** `@source fastai.vision.augment.zoom` */
export const zoom: BatchFunction<OptionsOf<typeof Zoom>> = applied(Zoom);
/** `@source fastai.vision.augment.warp` */
export const warp: BatchFunction<OptionsOf<typeof Warp>> = applied(Warp);
/** `@source fastai.vision.augment.brightness` */
export const brightness: BatchFunction<OptionsOf<typeof Brightness>> = applied(Brightness);
/** `@source fastai.vision.augment.contrast` */
export const contrast: BatchFunction<OptionsOf<typeof Contrast>> = applied(Contrast);
/** `@source fastai.vision.augment.saturation` */
export const saturation: BatchFunction<OptionsOf<typeof Saturation>> = applied(Saturation);
/** `@source fastai.vision.augment.hue` */
export const hue: BatchFunction<OptionsOf<typeof Hue>> = applied(Hue);
