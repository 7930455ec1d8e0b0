import {
  AdaptiveAvgPool,
  AdaptiveConcatPool,
  BatchNorm,
  ConvLayer,
  Dropout,
  Flatten,
  LinBnDrop,
  Linear,
  Relu,
  Sequential,
  SigmoidRange,
} from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { E_VISION_MODEL_OPTION } from "../errors.ts";
import { SoftArgmax } from "./soft-argmax.ts";

export interface HeadOptions {
  /** Channels between: [512]. */
  readonly linFtrs?: readonly number[];
  /** Chance of dropping before each linear layer; one number is the last, the others take half of it. Default 0.5. */
  readonly ps?: number | readonly number[];
  readonly pool?: boolean;
  readonly concatPool?: boolean;
  readonly firstBn?: boolean;
  readonly bnFinal?: boolean;
  readonly linFirst?: boolean;
  readonly yRange?: readonly [low: number, high: number] | null;
  /** Outputs are points, x before y, in −1…1: where maps of the image are high. What is pooled has no place. Of the others `linFtrs` counts. */
  readonly points?: boolean;
}

/** `[batch, height, width, nf]` (or `[batch, nf]` without `pool`) → `[batch, nOut]`. @source fastai.vision.learner.create_head @throws E_VISION_MODEL_OPTION */
export function createHead(nf: number, nOut: number, options: HeadOptions = {}): Sequential {
  const given = { ...DEFAULTS, ...options };
  if (given.points) return pointHead(nf, nOut, given.linFtrs);
  const { pool, concatPool, bnFinal, linFirst, yRange } = given;
  const inner = [pooledWidth(nf, given), ...given.linFtrs];
  const sizes = [...inner, nOut];
  const ps = dropouts(given.ps, sizes.length - 2);
  const layers: Module[] = [];
  if (pool) layers.push(new (concatPool ? AdaptiveConcatPool : AdaptiveAvgPool)(), new Flatten());
  if (linFirst) layers.push(new Dropout(ps.shift()));
  layers.push(...blocks(sizes, ps, given));
  if (linFirst) layers.push(new Linear(inner.at(-1) ?? nf, nOut));
  if (bnFinal) layers.push(new BatchNorm(nOut, { momentum: 0.01 }));
  if (yRange !== null) layers.push(new SigmoidRange(...yRange));
  return new Sequential(...layers);
}

/** A map for each point, from every place of the image alike. */
function pointHead(nf: number, nOut: number, linFtrs: readonly number[]): Sequential {
  if (nOut % 2 !== 0)
    throw E_VISION_MODEL_OPTION({ of: "createHead", option: "points", expected: "an even number of outputs", received: String(nOut) });
  const widths = [nf, ...linFtrs];
  const between = linFtrs.map((width, i) => new ConvLayer(widths[i] ?? nf, width, { ks: 1 }));
  return new Sequential(...between, new ConvLayer(widths.at(-1) ?? nf, nOut / 2, { ks: 1, norm: null, act: null }), new SoftArgmax());
}

function pooledWidth(nf: number, { pool, concatPool }: Required<HeadOptions>): number {
  return pool && concatPool ? nf * 2 : nf;
}

const DEFAULTS: Required<HeadOptions> = {
  linFtrs: [512],
  ps: 0.5,
  pool: true,
  concatPool: true,
  firstBn: true,
  bnFinal: false,
  linFirst: false,
  yRange: null,
  points: false,
};

/** As many as there are chances left: with `linFirst` the last one is a linear layer alone. */
function blocks(sizes: readonly number[], ps: readonly number[], { firstBn, linFirst }: Required<HeadOptions>): readonly Module[] {
  return ps.slice(0, sizes.length - 1).flatMap((p, i) => {
    const act = i < sizes.length - 2 ? new Relu() : null;
    return new LinBnDrop(sizes[i] ?? 1, sizes[i + 1] ?? 1, { bn: i > 0 || firstBn, p, act, linFirst }).layers;
  });
}

function dropouts(ps: number | readonly number[], inner: number): number[] {
  const given = [ps].flat();
  const [only = 0] = given;
  return given.length === 1 ? [...Array.from({ length: inner }, () => only / 2), only] : given;
}
