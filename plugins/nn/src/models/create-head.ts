import { SigmoidRange } from "../layers/activations.ts";
import { AdaptiveAvgPool, AdaptiveConcatPool } from "../layers/adaptive-pool.ts";
import { BatchNorm } from "../layers/batch-norm.ts";
import { Dropout } from "../layers/dropout.ts";
import { Flatten } from "../layers/flatten.ts";
import { LinBnDrop } from "../layers/lin-bn-drop.ts";
import { Linear } from "../layers/linear.ts";
import { Relu } from "../layers/relu.ts";
import { Sequential } from "../layers/sequential.ts";
import type { Module } from "../module.ts";

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
}

/** `[batch, height, width, nf]` (or `[batch, nf]` without `pool`) → `[batch, nOut]`. @source fastai.vision.learner.create_head */
export function createHead(nf: number, nOut: number, options: HeadOptions = {}): Sequential {
  const { pool = true, concatPool = true, bnFinal = false, linFirst = false, linFtrs = [512], yRange = null } = options;
  const sizes = [pool && concatPool ? nf * 2 : nf, ...linFtrs, nOut];
  const ps = dropouts(options.ps ?? 0.5, sizes.length - 2);
  return new Sequential(
    ...(pool ? [concatPool ? new AdaptiveConcatPool() : new AdaptiveAvgPool(), new Flatten()] : []),
    ...(linFirst ? [new Dropout(ps.shift() ?? 0)] : []),
    ...blocks(sizes, ps, options),
    ...(linFirst ? [new Linear(sizes.at(-2) ?? nf, nOut)] : []),
    ...(bnFinal ? [new BatchNorm(nOut, { momentum: 0.01 })] : []),
    ...(yRange === null ? [] : [new SigmoidRange(...yRange)]),
  );
}

/** As many as there are chances left: with `linFirst` the last one is a linear layer alone. */
function blocks(sizes: readonly number[], ps: readonly number[], { firstBn = true, linFirst = false }: HeadOptions): readonly Module[] {
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
