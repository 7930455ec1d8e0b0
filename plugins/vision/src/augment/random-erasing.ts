import type { Random, Tensor } from "@fastap/kernel";
import { RandTransform, TensorBatch, TensorImage } from "@fastap/plugin-data";
import type { Call } from "@fastap/plugin-data";
import { add, concat, mul, pad, split, sub, tensor, tensor4d, tidy } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { roundEven } from "../core/resample.ts";
import { batchCall } from "./batch-call.ts";
import type { BatchCall } from "./draws.ts";

export interface RandomErasingOptions {
  /** Chance for a batch; default 0.5. */
  readonly p?: number;
  /** Least and greatest part of the area that is erased; default 0 and 0.3. */
  readonly sl?: number;
  readonly sh?: number;
  /** Default 0.3. */
  readonly minAspect?: number;
  /** Default 1. */
  readonly maxCount?: number;
  /** Rectangles of its own for each image; whether at all is drawn for the batch. Default false, as fastai: the same for all. */
  readonly perImage?: boolean;
}

/** First row, end of the rows, first column, end of the columns; the ends may lie outside. */
export type Area = readonly [top: number, bottom: number, left: number, right: number];

interface Drawn {
  /** Of each image, or once for all. */
  readonly areas: readonly (readonly Area[])[];
  readonly noise: Random;
}

/** Puts noise in the place of rectangles, the same in all images of a batch unless `perImage`; after Normalize. `@source fastai.vision.augment.RandomErasing` */
export class RandomErasing extends RandTransform<Drawn> {
  override order = 100;
  readonly #options: Required<Omit<RandomErasingOptions, "p">>;

  constructor({ p = 0.5, ...options }: RandomErasingOptions = {}) {
    super({ p, shown: { ...options } });
    this.#options = { sl: 0, sh: 0.3, minAspect: 0.3, maxCount: 1, perImage: false, ...options };
    this.on(TensorImage, (x: unknown, drawn: Drawn) => (x instanceof TensorBatch ? x.with(erase(x.tensor, drawn)) : x));
  }

  protected override beforeCall(x: unknown, { random }: Call): Drawn {
    const call = batchCall(x, random, this.name);
    const draw = ({ height, width }: BatchCall): Area[] => this.areas(height, width, random);
    const times = this.#options.perImage ? (call?.n ?? 0) : 1;
    return { areas: call === undefined ? [] : Array.from({ length: times }, () => draw(call)), noise: random.fork("noise") };
  }

  /** Draws the rectangles for images of that size. */
  areas(height: number, width: number, random: Random): Area[] {
    const { sl, sh, minAspect, maxCount } = this.#options;
    const count = 1 + random.int(maxCount);
    const between = (low: number, high: number): number => low + random.uniform() * (high - low);
    const along = (length: number, size: number): readonly [number, number] => {
      const bound = roundEven(size);
      const start = random.int(Math.max(length - bound, 0) + 1);
      return [start, start + bound];
    };
    return Array.from({ length: count }, (): Area => {
      const area = (between(sl, sh) * height * width) / count;
      const aspect = Math.exp(between(Math.log(minAspect), -Math.log(minAspect)));
      return [...along(height, Math.sqrt(area * aspect)), ...along(width, Math.sqrt(area / aspect))];
    });
  }
}

function erase(images: Tensor, { areas, noise }: Drawn): Tensor {
  const [first = [], ...others] = areas;
  return tidy(() => {
    if (others.length === 0) return eraseAll(images, first, noise);
    const each: Tensor[] = split(images as Tensor4D, areas.length, 0);
    return concat(
      each.map((image, i) => eraseAll(image, areas[i] ?? [], noise)),
      0,
    );
  });
}

function eraseAll(images: Tensor, areas: readonly Area[], random: Random): Tensor {
  const [n = 0, height = 0, width = 0, c = 0] = images.shape;
  return areas.reduce((x: Tensor, [top, rowEnd, left, columnEnd]) => {
    const [bottom, right] = [Math.min(rowEnd, height), Math.min(columnEnd, width)];
    if (bottom <= top || right <= left) return x;
    const around: [number, number][] = [
      [0, 0],
      [top, height - bottom],
      [left, width - right],
      [0, 0],
    ];
    const noise = pad(noiseOf([n, bottom - top, right - left, c], random), around);
    return add(mul(x, sub(1, tensor(maskOf([top, bottom, left, right], height, width), [1, height, width, 1]))), noise);
  }, images);
}

function noiseOf(shape: [number, number, number, number], random: Random): Tensor4D {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++) data[i] = random.normal();
  return tensor4d(data, shape);
}

/** 1 inside. */
function maskOf([top, bottom, left, right]: Area, height: number, width: number): Float32Array {
  const mask = new Float32Array(height * width);
  for (let y = top; y < bottom; y++) mask.fill(1, y * width + left, y * width + right);
  return mask;
}
