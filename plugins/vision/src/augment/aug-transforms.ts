import type { Transform } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import { AffineCoordTfm } from "./affine-coord-tfm.ts";
import type { AffineOptions } from "./affine-coord-tfm.ts";
import { Dihedral, Flip, Rotate, Warp, Zoom } from "./affine-transforms.ts";
import { Brightness, Contrast, LightingTfm } from "./lighting-tfm.ts";
import { RandomResizedCropGPU } from "./random-resized-crop-gpu.ts";

export interface AugTransformsOptions extends Omit<AffineOptions, "modeMask"> {
  /** Of rotation, lighting and warp; default 1. */
  readonly mult?: number;
  /** Default true. */
  readonly doFlip?: boolean;
  /** All eight ways instead of two; default false. */
  readonly flipVert?: boolean;
  /** Degrees, default 10. */
  readonly maxRotate?: number;
  /** Default 1. */
  readonly minZoom?: number;
  /** Default 1.1. */
  readonly maxZoom?: number;
  /** Default 0.2. */
  readonly maxLighting?: number;
  /** Default 0.2. */
  readonly maxWarp?: number;
  /** Default 0.75. */
  readonly pAffine?: number;
  /** Default 0.75. */
  readonly pLighting?: number;
  readonly xtraTfms?: readonly Transform[];
  /** One draw for a whole batch; default false. */
  readonly batch?: boolean;
  /** Below 1 a random part of at least that area is shown; needs `size`. Default 1. */
  readonly minScale?: number;
}

const DEFAULTS = {
  ...{ mult: 1, doFlip: true, flipVert: false, maxRotate: 10, minZoom: 1, maxZoom: 1.1, maxLighting: 0.2, maxWarp: 0.2 },
  ...{ pAffine: 0.75, pLighting: 0.75, batch: false, minScale: 1, xtraTfms: [] },
} as const;
type Filled = Omit<AugTransformsOptions, keyof typeof DEFAULTS> & Required<Pick<AugTransformsOptions, keyof typeof DEFAULTS>>;

/** The usual flips, turns, zooms, warps and changes of light. `@source fastai.vision.augment.aug_transforms` */
export function augTransforms(given: AugTransformsOptions = {}): Transform[] {
  const options: Filled = { ...DEFAULTS, ...given };
  return setupAugTfms([...affineTransforms(options), ...lightTransforms(options), ...cropTransforms(options), ...options.xtraTfms]);
}

/** Crops make the size; the others then keep it. @throws E_VISION_OPTION */
function cropTransforms({ size, minScale }: Filled): Transform[] {
  if (minScale === 1) return [];
  if (size === undefined)
    throw E_VISION_OPTION({ option: "size", expected: "a size, with minScale", received: "none", where: "augTransforms" });
  return [new RandomResizedCropGPU(size, { minScale, ratio: [1, 1] })];
}

function affineOptions({ size, minScale, mode, padMode, alignCorners }: Filled): AffineOptions {
  const options = { size: minScale === 1 ? size : undefined, mode, padMode, alignCorners };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function affineTransforms(options: Filled): Transform[] {
  const { mult, doFlip, flipVert, maxRotate, minZoom, maxZoom, maxWarp, pAffine: p, batch } = options;
  const affine = affineOptions(options);
  const made: Transform[] = [];
  if (doFlip) made.push(flipVert ? new Dihedral({ p: 0.5, batch, ...affine }) : new Flip({ p: 0.5, batch, ...affine }));
  if (maxWarp !== 0) made.push(new Warp({ magnitude: maxWarp * mult, p, batch, ...affine }));
  if (maxRotate !== 0) made.push(new Rotate({ maxDeg: maxRotate * mult, p, batch, ...affine }));
  if (minZoom < 1 || maxZoom > 1) made.push(new Zoom({ minZoom, maxZoom, p, batch, ...affine }));
  return made;
}

function lightTransforms({ mult, maxLighting: given, pLighting: p, batch }: Filled): Transform[] {
  const maxLighting = given * mult;
  return maxLighting === 0 ? [] : [new Brightness({ maxLighting, p, batch }), new Contrast({ maxLighting, p, batch })];
}

/** All affine transforms become one, at the first one's place and as it is set, all of light another; the others follow. `@source fastai.vision.augment.setup_aug_tfms` */
export function setupAugTfms(transforms: readonly Transform[]): Transform[] {
  const affine = transforms.filter((transform) => transform instanceof AffineCoordTfm);
  const light = transforms.filter((transform) => transform instanceof LightingTfm);
  const [firstAffine, ...moreAffine] = affine;
  const [firstLight, ...moreLight] = light;
  for (const each of moreAffine) firstAffine?.compose(each);
  for (const each of moreLight) firstLight?.compose(each);
  const others = transforms.filter((transform) => !(transform instanceof AffineCoordTfm || transform instanceof LightingTfm));
  return [...[firstAffine, firstLight].filter((transform) => transform !== undefined), ...others];
}
