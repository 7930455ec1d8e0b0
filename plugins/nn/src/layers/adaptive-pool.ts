import type { Tensor } from "@fastap/kernel";
import { concat, max, mean, slice } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { Module } from "../module.ts";
import { Flatten } from "./flatten.ts";
import { Sequential } from "./sequential.ts";

/** One size for all axes, or one each. */
export type PoolSize = number | readonly number[];

type Reduce = (x: Tensor, axis: number) => Tensor;

abstract class AdaptivePool extends Module {
  readonly size: PoolSize;
  readonly ndim: number;

  /** @throws E_NN_OPTION */
  constructor(size: PoolSize = 1, ndim: number = 2) {
    super();
    for (const one of [size].flat()) checkWhole("AdaptivePool", "size", one, 1);
    [this.size, this.ndim] = [size, ndim];
  }

  protected override ops(): readonly string[] {
    return ["Mean", "Max", "Slice", "Concat"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== this.ndim + 2) throw this.shapeError(`[batch, ${this.ndim} axes, channels]`, xb);
    return this.pool(x);
  }

  protected abstract pool(x: Tensor): Tensor;

  protected reduced(x: Tensor, reduce: Reduce): Tensor {
    const { size } = this;
    return Array.from({ length: this.ndim }, (_, i) => (typeof size === "number" ? size : (size[i] ?? 1))).reduce(
      (y, out, i) => alongAxis(y, i + 1, out, reduce),
      x,
    );
  }
}

const average: Reduce = (x, axis) => mean(x, axis, true);
const largest: Reduce = (x, axis) => max(x, axis, true);

/** `[batch, …, channels]` → size along every axis between. @source torch.nn.AdaptiveAvgPool2d; fastai.layers.AdaptiveAvgPool */
export class AdaptiveAvgPool extends AdaptivePool {
  protected pool(x: Tensor): Tensor {
    return this.reduced(x, average);
  }
}

/** @source torch.nn.AdaptiveMaxPool2d */
export class AdaptiveMaxPool extends AdaptivePool {
  protected pool(x: Tensor): Tensor {
    return this.reduced(x, largest);
  }
}

/** Maxima, then averages: twice as many channels. @source fastai.layers.AdaptiveConcatPool1d, AdaptiveConcatPool2d */
export class AdaptiveConcatPool extends AdaptivePool {
  protected pool(x: Tensor): Tensor {
    return concat([this.reduced(x, largest), this.reduced(x, average)], x.rank - 1);
  }
}

/** @source fastai.layers.PoolType */
export type PoolType = "Avg" | "Max" | "Cat";

/** A layer of that type. @source fastai.layers.adaptive_pool */
export function adaptivePool(type: PoolType, size: PoolSize = 1, ndim: number = 2): Module {
  return new { Avg: AdaptiveAvgPool, Max: AdaptiveMaxPool, Cat: AdaptiveConcatPool }[type](size, ndim);
}

/** `[batch, height, width, channels]` → `[batch, features]`. @source fastai.layers.PoolFlatten */
export class PoolFlatten extends Sequential {
  constructor(type: PoolType = "Avg") {
    super(adaptivePool(type), new Flatten());
  }
}

/** Window i covers ⌊i·n/out⌋ to ⌈(i+1)·n/out⌉. */
function alongAxis(x: Tensor, axis: number, out: number, reduce: Reduce): Tensor {
  const n = x.shape[axis] ?? 0;
  if (out === 1) return reduce(x, axis);
  if (out === n) return x;
  const windows = Array.from({ length: out }, (_, i) => {
    const from = Math.floor((i * n) / out);
    const begin = x.shape.map((_, a) => (a === axis ? from : 0));
    const length = Math.ceil(((i + 1) * n) / out) - from;
    return reduce(
      slice(
        x,
        begin,
        x.shape.map((size, a) => (a === axis ? length : size)),
      ),
      axis,
    );
  });
  return concat(windows, axis);
}
