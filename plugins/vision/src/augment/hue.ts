import type { Tensor } from "@fastap/kernel";
import { RandTransform, TensorBatch, TensorImage } from "@fastap/plugin-data";
import type { Call } from "@fastap/plugin-data";
import {
  add,
  clipByValue,
  concat,
  div,
  equal,
  floor,
  max,
  maximum,
  min,
  mod,
  mul,
  reshape,
  split,
  sub,
  tensor1d,
  tidy,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { Tensor as TfTensor } from "@tensorflow/tfjs-core";
import { batchCall } from "./batch-call.ts";
import { around1, drawn, maskTensor } from "./draws.ts";
import type { DrawOptions } from "./draws.ts";

/** Turns the hue of each image, in training. `@source fastai.vision.augment.Hue` */
export class Hue extends RandTransform<readonly number[]> {
  override order = 40;

  constructor({ maxHue = 0.1, p = 0.75, draw, batch = false }: DrawOptions & { readonly maxHue?: number } = {}) {
    super({ shown: { maxHue, p, batch } });
    this.#next = (x, random) => {
      const call = batchCall(x, random, this.name);
      if (call === undefined) return [];
      const shifts = drawn(call, { ...(draw === undefined ? {} : { draw }), batch }, around1(maxHue));
      return maskTensor(shifts, random, { p, neutral: 0, batch });
    };
    this.on(TensorImage, (x: unknown, shifts: readonly number[]) => (x instanceof TensorBatch ? x.with(turnHue(x.tensor, shifts)) : x));
  }
  readonly #next: (x: unknown, random: Call["random"]) => readonly number[];

  protected override beforeCall(x: unknown, { random }: Call): readonly number[] {
    return this.#next(x, random);
  }
}

function turnHue(images: Tensor, shifts: readonly number[]): Tensor {
  return tidy(() => {
    const [h, s, v] = split(rgb2hsv(images) as TfTensor, 3, -1) as [TfTensor, TfTensor, TfTensor];
    const turned = mod(add(h, reshape(tensor1d([...shifts]), [shifts.length, 1, 1, 1])), 1);
    return hsv2rgb(concat([turned, s, v], -1));
  });
}

/** Red, green, blue → hue, saturation, value, all 0…1, in the last axis. `@source fastai.vision.augment.rgb2hsv` */
export function rgb2hsv(images: Tensor): Tensor {
  return tidy(() => {
    const [r, g, b] = split(images as TfTensor, 3, -1) as [TfTensor, TfTensor, TfTensor];
    const [v, low] = [max(images as TfTensor, -1, true), min(images as TfTensor, -1, true)];
    const range = sub(v, low);
    const safe = where(equal(range, 0), add(zerosLike(range), 1), range);
    const blue = add(div(sub(r, g), safe), 4);
    const green = where(equal(g, v), add(div(sub(b, r), safe), 2), blue);
    const sector = where(equal(r, v), mod(div(sub(g, b), safe), 6), green);
    const s = div(range, maximum(v, 1e-12));
    return concat([mod(div(sector, 6), 1), s, v], -1);
  });
}

/** The way back. `@source fastai.vision.augment.hsv2rgb` */
export function hsv2rgb(images: Tensor): Tensor {
  return tidy(() => {
    const [h, s, v] = split(images as TfTensor, 3, -1) as [TfTensor, TfTensor, TfTensor];
    const sector = floor(mul(h, 6));
    const f = sub(mul(h, 6), sector);
    const unit = (x: TfTensor): TfTensor => clipByValue(x, 0, 1);
    const p = unit(mul(v, sub(1, s)));
    const q = unit(mul(v, sub(1, mul(f, s))));
    const t = unit(mul(v, sub(1, mul(sub(1, f), s))));
    const turn = mod(sector, 6);
    const chosen = (...of: readonly TfTensor[]): TfTensor => of.reduceRight((rest, x, i) => where(equal(turn, i), x, rest));
    return concat([chosen(v, q, p, p, t, v), chosen(t, v, v, q, p, p), chosen(p, p, t, v, v, q)], -1);
  });
}
