import type { Module } from "../module.ts";
import { BatchNorm } from "./batch-norm.ts";
import { Dropout } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { Sequential } from "./sequential.ts";

export interface LinBnDropOptions {
  /** Default true; without it, Linear has a bias. */
  readonly bn?: boolean;
  /** Chance of dropping: 0 adds no layer. */
  readonly p?: number;
  readonly act?: Module | null;
  /** Linear and activation first, norm and dropout after them. */
  readonly linFirst?: boolean;
}

const DEFAULTS: Required<LinBnDropOptions> = { bn: true, p: 0, act: null, linFirst: false };

/** `[batch, nIn]` → `[batch, nOut]`: norm, dropout, linear, activation. @source fastai.layers.LinBnDrop */
export class LinBnDrop extends Sequential {
  /** @throws E_NN_OPTION */
  constructor(nIn: number, nOut: number, options: LinBnDropOptions = {}) {
    const { bn, p, act, linFirst } = { ...DEFAULTS, ...options };
    const norms = bn ? [new BatchNorm(linFirst ? nOut : nIn, { bias: 1e-3 })] : [];
    const before = [...norms, ...(p === 0 ? [] : [new Dropout(p)])];
    const linear = [new Linear(nIn, nOut, { bias: !bn }), ...(act === null ? [] : [act])];
    super(...(linFirst ? [...linear, ...before] : [...before, ...linear]));
  }
}
