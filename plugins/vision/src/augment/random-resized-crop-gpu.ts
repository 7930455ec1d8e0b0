import type { Tensor } from "@fastap/kernel";
import { RandTransform, TensorBatch, TensorImage, TensorMask, TensorPoint } from "@fastap/plugin-data";
import type { Call } from "@fastap/plugin-data";
import { add, cast, expandDims, mul, slice, squeeze, tensor1d, tidy } from "@tensorflow/tfjs-core";
import type { Size } from "../core/image-size.ts";
import { batchCall, engineOf } from "./batch-call.ts";
import { centred, sizeOption } from "./item-window.ts";
import type { SizeOption } from "./item-window.ts";
import { IDENTITY } from "./matrix.ts";
import { drawCrop, fallbackCrop } from "./random-resized-crop.ts";
import type { CropDraw } from "./random-resized-crop.ts";
import { sampleImages } from "./sample-images.ts";
import type { Sampling } from "./sample-images.ts";

export interface RandomResizedCropGPUOptions extends CropDraw {
  /** Default "bilinear". */
  readonly mode?: Sampling["mode"];
  /** Of masks; default "nearest". */
  readonly modeMask?: Sampling["mode"];
  /** Part of the middle that is shown in validation; default 1. */
  readonly validScale?: number;
}

interface Crop {
  readonly orig: Size;
  readonly tl: Size;
  readonly size: Size;
}

/** One random part of all images of a batch, resized on the backend. `@source fastai.vision.augment.RandomResizedCropGPU` */
export class RandomResizedCropGPU extends RandTransform<Crop> {
  override order = 30;
  readonly size: Size;
  readonly mode: Sampling["mode"];
  readonly #draw: Required<CropDraw>;
  readonly #validScale: number;

  /** @throws E_VISION_OPTION */
  constructor(size: SizeOption, { mode = "bilinear", modeMask = "nearest", validScale = 1, ...draw }: RandomResizedCropGPUOptions = {}) {
    super({ splitIdx: null, shown: { size, ...draw, mode, validScale } });
    this.size = sizeOption(size, this.name);
    this.mode = mode;
    this.#draw = { minScale: 0.08, maxScale: 1, ratio: [3 / 4, 4 / 3], ...draw };
    this.#validScale = validScale;
    this.on(TensorImage, (x: unknown, crop: Crop) => this.#cropped(x, crop, mode))
      .on(TensorMask, (x: unknown, crop: Crop) => this.#cropped(x, crop, modeMask))
      .on(TensorPoint, (x: unknown, crop: Crop) => (x instanceof TensorBatch ? x.with(movePoints(x.tensor, crop)) : x));
  }

  /** The part of images of that size. */
  crop(orig: Size, { random, splitIdx }: Call): Crop {
    const size = splitIdx === 1 ? undefined : drawCrop(orig, this.#draw, random);
    if (size !== undefined) {
      const y = random.int(orig[1] - size[1] + 1);
      return { orig, tl: [random.int(orig[0] - size[0] + 1), y], size };
    }
    const middle = fallbackCrop(orig, this.#draw.ratio);
    const scale = splitIdx === 1 ? this.#validScale : 1;
    const part: Size = [Math.trunc(middle.size[0] * scale), Math.trunc(middle.size[1] * scale)];
    return { orig, tl: centred(orig, part), size: part };
  }

  protected override beforeCall(x: unknown, call: Call): Crop {
    const images = batchCall(x, call.random, this.name);
    return this.crop([images?.width ?? 1, images?.height ?? 1], call);
  }

  #cropped(x: unknown, { tl, size }: Crop, mode: Sampling["mode"]): unknown {
    if (!(x instanceof TensorBatch)) return x;
    const engine = engineOf(x, this.name);
    return x.with(
      tidy((): Tensor => {
        const isMask = x.tensor.shape.length === 3;
        const images = isMask ? expandDims(cast(x.tensor, "float32"), -1) : x.tensor;
        const [n = 0, , , c = 1] = images.shape;
        const part = slice(images, [0, tl[1], tl[0], 0], [n, size[1], size[0], c]);
        const maps = Array.from({ length: n }, () => IDENTITY);
        const sampled = sampleImages(engine, part, { maps, size: this.size, mode, padMode: "reflection", alignCorners: true });
        return isMask ? cast(squeeze(sampled as never, [-1]), x.tensor.dtype as "int32") : sampled;
      }),
    );
  }
}

function movePoints(points: Tensor, { orig, tl, size }: Crop): Tensor {
  return tidy(() => {
    const pairs = (points.shape.at(-1) ?? 2) / 2;
    const repeated = (values: readonly number[]): ReturnType<typeof tensor1d> =>
      tensor1d(Array.from({ length: pairs }, () => values).flat());
    const scale = [orig[0] / size[0], orig[1] / size[1]] as const;
    const shift = ([0, 1] as const).map((i) => scale[i] - (2 * tl[i]) / size[i] - 1);
    return add(mul(points, repeated(scale)), repeated(shift));
  });
}
