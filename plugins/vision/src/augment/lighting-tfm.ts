import { RandTransform, TensorBatch, TensorImage } from "@fastap/plugin-data";
import type { Call } from "@fastap/plugin-data";
import { tensor2d } from "@tensorflow/tfjs-core";
import { batchCall, engineOf } from "./batch-call.ts";
import { around1, between, drawn, maskTensor } from "./draws.ts";
import type { BatchCall, DrawOptions } from "./draws.ts";

/** (a, b, d): logits z of an image become a·z + b·grey(z) + d. */
export type LightFactors = readonly [a: number, b: number, d: number];

/** A change of the light of each image of a batch, drawn anew for every batch: what it makes of the changes before. */
export interface LightDraw {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  draw(call: BatchCall): readonly ((before: LightFactors) => LightFactors)[];
}

/** Weights of red, green and blue in grey, together. */
const GREY_SUM = 0.2989 + 0.587 + 0.114;

/** Changes logits of pixels, all that was drawn in one pass; in training only. `@source fastai.vision.augment.LightingTfm` */
export class LightingTfm extends RandTransform<readonly LightFactors[]> {
  override order = 40;
  readonly fs: LightDraw[];

  constructor(fs: readonly LightDraw[]) {
    super({ shown: Object.assign({}, ...fs.map(({ args }) => args)) as object as Record<string, unknown> });
    this.fs = [...fs];
    this.on(TensorImage, (x: unknown, factors: readonly LightFactors[]) => {
      if (!(x instanceof TensorBatch) || factors.length === 0) return x;
      return x.with(engineOf(x, this.name).ops.lighting(x.tensor, tensor2d(factors.flat(), [factors.length, 3])));
    });
  }

  /** Takes over what the other draws. */
  compose(other: LightingTfm): void {
    this.fs.push(...other.fs);
  }

  protected override beforeCall(x: unknown, { random }: Call): readonly LightFactors[] {
    const call = batchCall(x, random, this.name);
    if (call === undefined) return [];
    const changes = this.fs.map((f) => f.draw(call));
    return Array.from({ length: call.n }, (_, i) =>
      changes.reduce((factors: LightFactors, change) => change[i]?.(factors) ?? factors, [1, 0, 0]),
    );
  }
}

export interface LightingOptions extends DrawOptions {
  /** Default 0.2. */
  readonly maxLighting?: number;
}

/** Lighter or darker. `@source fastai.vision.augment.Brightness` */
export class Brightness extends LightingTfm {
  constructor({ maxLighting = 0.2, p = 0.75, draw, batch = false }: LightingOptions = {}) {
    const next = between(0.5 * (1 - maxLighting), 0.5 * (1 + maxLighting));
    const scaled = (call: BatchCall): number[] => maskTensor(drawn(call, of(draw, batch), next), call.random, { p, neutral: 0.5, batch });
    const change =
      (c: number) =>
      ([a, b, d]: LightFactors): LightFactors => [a, b, d + Math.log(c / (1 - c))];
    super([{ name: "brightness", args: { maxLighting, p, batch }, draw: (call) => scaled(call).map(change) }]);
  }
}

/** More or less contrast. `@source fastai.vision.augment.Contrast` */
export class Contrast extends LightingTfm {
  constructor({ maxLighting = 0.2, p = 0.75, draw, batch = false }: LightingOptions = {}) {
    const factors = (call: BatchCall): number[] =>
      maskTensor(drawn(call, of(draw, batch), around1(maxLighting)), call.random, { p, neutral: 1, batch });
    const change =
      (c: number) =>
      ([a, b, d]: LightFactors): LightFactors => [c * a, c * b, c * d];
    super([{ name: "contrast", args: { maxLighting, p, batch }, draw: (call) => factors(call).map(change) }]);
  }
}

/** More or less colour; of images with three channels. `@source fastai.vision.augment.Saturation` */
export class Saturation extends LightingTfm {
  constructor({ maxLighting = 0.2, p = 0.75, draw, batch = false }: LightingOptions = {}) {
    const factors = (call: BatchCall): number[] =>
      maskTensor(drawn(call, of(draw, batch), around1(maxLighting)), call.random, { p, neutral: 1, batch });
    const change =
      (c: number) =>
      ([a, b, d]: LightFactors): LightFactors => [c * a, c * b + (1 - c) * (a + b * GREY_SUM), c * d + (1 - c) * d * GREY_SUM];
    super([{ name: "saturation", args: { maxLighting, p, batch }, draw: (call) => factors(call).map(change) }]);
  }
}

function of(draw: DrawOptions["draw"], batch: boolean): DrawOptions {
  return { ...(draw === undefined ? {} : { draw }), batch };
}
