import { didYouMean } from "@fastap/kernel";
import type { Entry, Host } from "@fastap/kernel";
import { IntToFloatTensor, Normalize } from "@fastap/plugin-data";
import type { IntToFloatTensorOptions, NormalizeStats, Transform } from "@fastap/plugin-data";
import { cifarStats, imagenetStats, mnistStats } from "../core/stats.ts";
import { E_VISION_OPTION } from "../errors.ts";
import type { AffineOptions } from "./affine-coord-tfm.ts";
import { Dihedral, Flip, Rotate, Warp, Zoom } from "./affine-transforms.ts";
import { augTransforms } from "./aug-transforms.ts";
import type { AugTransformsOptions } from "./aug-transforms.ts";
import { ClipBoxes } from "./clip-boxes.ts";
import { CropPad, OldRandomCrop, RandomCrop, RatioResize } from "./crops.ts";
import type { DrawOptions } from "./draws.ts";
import { DihedralItem, FlipItem } from "./flip-item.ts";
import { Hue } from "./hue.ts";
import type { PadMode, Resamples, SizeOption } from "./item-window.ts";
import { Brightness, Contrast, Saturation } from "./lighting-tfm.ts";
import type { LightingOptions } from "./lighting-tfm.ts";
import type { WarpOptions, ZoomOptions } from "./matrix-draw.ts";
import { RandomErasing } from "./random-erasing.ts";
import type { RandomErasingOptions } from "./random-erasing.ts";
import { RandomResizedCropGPU } from "./random-resized-crop-gpu.ts";
import type { RandomResizedCropGPUOptions } from "./random-resized-crop-gpu.ts";
import { RandomResizedCrop } from "./random-resized-crop.ts";
import type { RandomResizedCropOptions } from "./random-resized-crop.ts";
import { Resize } from "./resize.ts";
import type { ResizeOptions } from "./resize.ts";

type Options = Readonly<Record<string, unknown>>;

interface Named {
  readonly name: string;
  /** Known options; the first one may stand alone, `[resize, 224]`. */
  readonly options: readonly string[];
  make(options: never): Transform | readonly Transform[];
}

interface NormalizeOptions extends Partial<NormalizeStats> {
  readonly stats?: string;
}

const STATS: Readonly<Record<string, NormalizeStats>> = { imagenet: imagenetStats, cifar: cifarStats, mnist: mnistStats };

const OF_DRAWS = ["p", "batch"];
const OF_AFFINE = ["size", "mode", "padMode", "modeMask", "alignCorners"];
const AUG_OPTIONS = [
  ...["size", "mult", "doFlip", "flipVert", "maxRotate", "minZoom", "maxZoom", "maxLighting", "maxWarp", "pAffine", "pLighting"],
  ...["batch", "minScale", "mode", "padMode", "alignCorners"],
];

interface Sized {
  readonly size: SizeOption;
}

const NAMED: readonly Named[] = [
  named<Sized & ResizeOptions>("resize", ["size", "method", "padMode", "resamples"], ({ size, ...options }) => new Resize(size, options)),
  named<Sized & { padMode?: PadMode }>("cropPad", ["size", "padMode"], ({ size, ...options }) => new CropPad(size, options)),
  named<Sized & { padMode?: PadMode }>("oldRandomCrop", ["size", "padMode"], ({ size, ...options }) => new OldRandomCrop(size, options)),
  named<Sized>("randomCrop", ["size"], ({ size }) => new RandomCrop(size)),
  named<{ maxSz: number; resamples?: Resamples }>(
    "ratioResize",
    ["maxSz", "resamples"],
    ({ maxSz, ...options }) => new RatioResize(maxSz, options),
  ),
  named<Sized & RandomResizedCropOptions>(
    "randomResizedCrop",
    ["size", "minScale", "maxScale", "ratio", "valXtra", "resamples"],
    ({ size, ...options }) => new RandomResizedCrop(size, options),
  ),
  named<{ p?: number }>("flipItem", ["p"], ({ p }) => new FlipItem(p)),
  named<{ p?: number }>("dihedralItem", ["p"], ({ p }) => new DihedralItem(p)),
  named<AugTransformsOptions>("augTransforms", AUG_OPTIONS, augTransforms),
  named<DrawOptions & AffineOptions>("flip", [...OF_DRAWS, ...OF_AFFINE], (options) => new Flip(options)),
  named<DrawOptions & AffineOptions>("dihedral", [...OF_DRAWS, ...OF_AFFINE], (options) => new Dihedral(options)),
  named<DrawOptions & { maxDeg?: number } & AffineOptions>(
    "rotate",
    ["maxDeg", ...OF_DRAWS, ...OF_AFFINE],
    (options) => new Rotate(options),
  ),
  named<ZoomOptions & AffineOptions>("zoom", ["maxZoom", "minZoom", ...OF_DRAWS, ...OF_AFFINE], (options) => new Zoom(options)),
  named<WarpOptions & AffineOptions>("warp", ["magnitude", ...OF_DRAWS, ...OF_AFFINE], (options) => new Warp(options)),
  named<LightingOptions>("brightness", ["maxLighting", ...OF_DRAWS], (options) => new Brightness(options)),
  named<LightingOptions>("contrast", ["maxLighting", ...OF_DRAWS], (options) => new Contrast(options)),
  named<LightingOptions>("saturation", ["maxLighting", ...OF_DRAWS], (options) => new Saturation(options)),
  named<DrawOptions & { maxHue?: number }>("hue", ["maxHue", ...OF_DRAWS], (options) => new Hue(options)),
  named("clipBoxes", [], () => new ClipBoxes()),
  named<RandomErasingOptions>(
    "randomErasing",
    ["p", "sl", "sh", "minAspect", "maxCount", "perImage"],
    (options) => new RandomErasing(options),
  ),
  named<Sized & RandomResizedCropGPUOptions>(
    "randomResizedCropGPU",
    ["size", "minScale", "maxScale", "ratio", "mode", "modeMask", "validScale"],
    ({ size, ...options }) => new RandomResizedCropGPU(size, options),
  ),
  named<IntToFloatTensorOptions>("intToFloatTensor", ["div", "divMask"], (options) => new IntToFloatTensor(options)),
  named<NormalizeOptions>("normalize", ["stats", "mean", "std"], (options) => new Normalize(statsOf(options))),
];

function named<O>(name: string, options: readonly string[], make: (options: O) => Transform | readonly Transform[]): Named {
  return { name, options, make };
}

/** Transforms by their names in configs: `itemTfms: [[resize, 224]]`. */
export const namedTransforms: readonly Entry<Transform | readonly Transform[]>[] = NAMED.map((each) => ({
  name: each.name,
  make: (raw: unknown) => each.make(checked(raw, each) as never),
}));

/** One of them, for workers, which find it by its name. @public */
export function namedTransform(name: string, options: unknown): unknown {
  return namedTransforms.find((entry) => entry.name === name)?.make(options, NO_HOST);
}

const NO_HOST = {} as Host;

/** Of known data by name, given ones, or none: those of the first batch. */
function statsOf({ stats, mean, std }: NormalizeOptions): NormalizeStats | undefined {
  if (mean !== undefined && std !== undefined) return { mean, std };
  if (stats === undefined) return undefined;
  const found = STATS[stats];
  if (found === undefined)
    throw E_VISION_OPTION({ option: "stats", expected: Object.keys(STATS).join(", "), received: stats, where: "normalize" });
  return found;
}

function checked(raw: unknown, { name, options }: Named): Options {
  const [first = "p"] = options;
  const isRecord = typeof raw === "object" && raw !== null && !Array.isArray(raw);
  const given: Options = isRecord ? { ...raw } : { [first]: raw };
  // What a transform says of itself has its chance, also where it is always 1.
  const known = [...options, "p"];
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  if (stranger === undefined) return given;
  const where = `transform "${name}"`;
  throw E_VISION_OPTION({ option: stranger, expected: options.join(", "), received: stranger, where, hint: didYouMean(stranger, options) });
}
