import { RandTransform, TensorBBox, TensorBatch, TensorImage, TensorMask, TensorPoint } from "@fastap/plugin-data";
import type { Call } from "@fastap/plugin-data";
import { cast, expandDims, squeeze } from "@tensorflow/tfjs-core";
import type { Tensor } from "@fastap/kernel";
import { E_VISION_OPTION } from "../errors.ts";
import type { Size } from "../core/image-size.ts";
import { batchCall, engineOf } from "./batch-call.ts";
import { sizeOption } from "./item-window.ts";
import type { PadMode, SizeOption } from "./item-window.ts";
import { IDENTITY, inverse, multiply, withAspect } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { MatrixDraw } from "./matrix-draw.ts";
import { projectBoxes, projectPoints } from "./project-points.ts";
import { sampleImages } from "./sample-images.ts";
import type { Sampling } from "./sample-images.ts";

export interface AffineOptions {
  /** Of the result; default that of the images. */
  readonly size?: SizeOption;
  /** Default "bilinear". */
  readonly mode?: Sampling["mode"];
  /** Default "reflection". */
  readonly padMode?: PadMode;
  /** Of masks; default "nearest". */
  readonly modeMask?: Sampling["mode"];
  /** −1 and 1 are the centres of the edge pixels; default true. */
  readonly alignCorners?: boolean;
}

const DEFAULTS = { mode: "bilinear", padMode: "reflection", modeMask: "nearest", alignCorners: true } as const;

interface Drawn {
  /** From the result to the image, one for each; undefined where nothing changes. */
  readonly maps: readonly Matrix[] | undefined;
  readonly size: Size;
}

/**
 * Moves the images of a batch by one map each, composed of all that was drawn and applied with one interpolation; masks, points and boxes
 * follow. In validation only the size changes.
 * @source fastai.vision.augment.AffineCoordTfm
 */
export class AffineCoordTfm extends RandTransform<Drawn> {
  override order = 30;
  readonly affFs: MatrixDraw[];
  readonly coordFs: MatrixDraw[];
  readonly size: Size | undefined;
  readonly mode: Sampling["mode"];
  readonly padMode: PadMode;
  readonly modeMask: Sampling["mode"];
  readonly alignCorners: boolean;

  /** @throws E_VISION_OPTION */
  constructor(
    affFs: readonly MatrixDraw[] = [],
    coordFs: readonly MatrixDraw[] = [],
    options: AffineOptions & { readonly shown?: object } = {},
  ) {
    const { size, shown, mode, padMode, modeMask, alignCorners } = { ...DEFAULTS, ...options };
    super({ splitIdx: null, shown: { ...shown, ...(size === undefined ? {} : { size }), mode, padMode, alignCorners } });
    this.affFs = [...affFs];
    this.coordFs = [...coordFs];
    this.size = size === undefined ? undefined : sizeOption(size, this.name);
    this.mode = oneOf("mode", mode, ["bilinear", "nearest"]);
    this.padMode = oneOf("padMode", padMode, ["zeros", "border", "reflection"]);
    this.modeMask = oneOf("modeMask", modeMask, ["bilinear", "nearest"]);
    this.alignCorners = alignCorners;
    this.on(TensorImage, (x: unknown, drawn: Drawn) => this.#sampled(x, drawn, this.mode))
      .on(TensorMask, (x: unknown, drawn: Drawn) => this.#sampled(x, drawn, this.modeMask))
      .on(TensorPoint, (x: unknown, { maps }: Drawn) => moved(x, maps, projectPoints))
      .on(TensorBBox, (x: unknown, { maps }: Drawn) => moved(x, maps, projectBoxes));
  }

  /** Takes over what the other draws; size, modes and padding stay its own. */
  compose(other: AffineCoordTfm): void {
    this.affFs.push(...other.affFs);
    this.coordFs.push(...other.coordFs);
  }

  /** `[batch]` maps from places in the result to places in the images. */
  mapsOf(x: unknown, { random }: Pick<Call, "random">): readonly Matrix[] {
    const call = batchCall(x, random, this.name);
    const affine = call === undefined ? [] : this.affFs.map((f) => f.draw(call));
    const coords = call === undefined ? [] : this.coordFs.map((f) => f.draw(call));
    return Array.from({ length: call?.n ?? 0 }, (_, i) => {
      const turned = affine.reduce((product, matrices) => multiply(product, matrices[i] ?? IDENTITY), IDENTITY);
      const fitted = withAspect(turned, call?.height ?? 1, call?.width ?? 1);
      return coords.reduce((product, matrices) => multiply(matrices[i] ?? IDENTITY, product), fitted);
    });
  }

  protected override beforeCall(x: unknown, call: Call): Drawn {
    const images = batchCall(x, call.random, this.name);
    const size = this.size ?? [images?.width ?? 0, images?.height ?? 0];
    const idle = call.splitIdx === 1 || this.affFs.length + this.coordFs.length === 0;
    return { maps: idle ? undefined : this.mapsOf(x, call), size };
  }

  #sampled(x: unknown, { maps, size }: Drawn, mode: Sampling["mode"]): unknown {
    if (!(x instanceof TensorBatch)) return x;
    const [n = 0, height, width] = x.tensor.shape;
    if (maps === undefined && size[0] === width && size[1] === height) return x;
    const { padMode, alignCorners } = this;
    const sampling = { maps: maps ?? Array.from({ length: n }, () => IDENTITY), size, mode, padMode, alignCorners };
    const engine = engineOf(x, this.name);
    if (x.tensor.shape.length === 4) return x.with(sampleImages(engine, x.tensor, sampling));
    const sampled = sampleImages(engine, expandDims(cast(x.tensor, "float32"), -1), sampling);
    return x.with(cast(squeeze(sampled as never, [-1]), x.tensor.dtype as "int32") as Tensor);
  }
}

function moved(x: unknown, maps: readonly Matrix[] | undefined, f: (points: Tensor, maps: readonly Matrix[]) => Tensor): unknown {
  return x instanceof TensorBatch && maps !== undefined ? x.with(f(x.tensor, maps.map(inverse))) : x;
}

function oneOf<T extends string>(option: string, value: T, known: readonly T[]): T {
  if (!known.includes(value)) throw E_VISION_OPTION({ option, expected: known.join(", "), received: value, where: "AffineCoordTfm" });
  return value;
}
