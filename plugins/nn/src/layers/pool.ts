import type { Tensor } from "@fastap/kernel";
import { avgPool, avgPool3d, maxPool, maxPool3d, mul, pad, reshape, tensor } from "@tensorflow/tfjs-core";
import type { Tensor4D, Tensor5D } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { Module } from "../module.ts";

export interface PoolOptions {
  /** Default: the size of the window. */
  readonly stride?: number;
  /** On every side. */
  readonly padding?: number;
  /** Axes between batch and channels: 2. */
  readonly ndim?: 1 | 2 | 3;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Windows may reach over the end; they average what is there. */
  readonly ceilMode?: boolean;
}

abstract class Pool extends Module {
  readonly ks: number;
  readonly stride: number;
  readonly padding: number;
  readonly ndim: number;

  constructor(ks: number = 2, { stride = ks, padding = 0, ndim = 2 }: PoolOptions = {}) {
    super();
    checkWhole("Pool", "ks", ks, 1);
    checkWhole("Pool", "stride", stride, 1);
    checkWhole("Pool", "padding", padding, 0);
    [this.ks, this.stride, this.padding, this.ndim] = [ks, stride, padding, ndim];
  }

  protected abstract pool(x: Tensor): Tensor;

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== this.ndim + 2) throw this.shapeError(`[batch, ${this.ndim} axes, channels]`, xb);
    return this.pool(x);
  }

  /** Zeros, or another value, around; `after` says how many more at the end of each axis. */
  protected padded(x: Tensor, value: number, after: readonly number[] = []): Tensor {
    const pads = x.shape.map((_, axis): [number, number] =>
      axis === 0 || axis === x.rank - 1 ? [0, 0] : [this.padding, this.padding + (after[axis - 1] ?? 0)],
    );
    return pads.some(([a, b]) => a + b > 0) ? pad(x, pads, value) : x;
  }
}

/** `[batch, …, channels]`, square windows; padding never is the maximum. fastai ignores `ceil_mode` here. @source fastai.layers.MaxPool */
export class MaxPool extends Pool {
  protected override ops(): readonly string[] {
    return this.ndim === 3 ? ["MaxPool3D", "MaxPool3DGrad"] : ["MaxPool", "MaxPoolGrad"];
  }

  protected pool(x: Tensor): Tensor {
    const { ks, stride } = this;
    if (x.rank === 4) return maxPool(x as Tensor4D, ks, stride, this.padding);
    const wide = this.padded(x, LOWEST);
    return x.rank === 5 ? maxPool3d(wide as Tensor5D, ks, stride, "valid") : onLine(wide, (p) => maxPool(p, [1, ks], [1, stride], "valid"));
  }
}

const LOWEST = -3.4e38;

/** `[batch, …, channels]`, square windows; padding counts as zeros. @source fastai.layers.AvgPool; torch.nn.AvgPool2d */
export class AvgPool extends Pool {
  readonly ceilMode: boolean;

  constructor(ks: number = 2, { ceilMode = false, ...options }: AvgPoolOptions = {}) {
    super(ks, options);
    this.ceilMode = ceilMode;
  }

  protected override ops(): readonly string[] {
    return [...(this.ndim === 3 ? ["AvgPool3D", "AvgPool3DGrad"] : ["AvgPool", "AvgPoolGrad"]), "PadV2", "Multiply"];
  }

  protected pool(x: Tensor): Tensor {
    const { ks, stride } = this;
    const sizes = x.shape.slice(1, -1);
    const over = sizes.map((n) => (this.ceilMode ? this.#overhang(n) : 0));
    const wide = this.padded(x, 0, over);
    const y = ((): Tensor => {
      if (x.rank === 5) return avgPool3d(wide as Tensor5D, ks, stride, "valid");
      if (x.rank === 4) return avgPool(wide as Tensor4D, ks, stride, "valid");
      return onLine(wide, (p) => avgPool(p, [1, ks], [1, stride], "valid"));
    })();
    return over.every((n) => n === 0) ? y : sizes.reduce((z, n, i) => this.#rescale(z, i + 1, n), y);
  }

  /** How far the last window reaches over the padded axis; a window that would start beyond the end is left out. */
  #overhang(n: number): number {
    const { ks, stride, padding } = this;
    const wide = n + 2 * padding;
    const steps = Math.ceil((wide - ks) / stride);
    const last = steps * stride >= n + padding ? steps - 1 : steps;
    return Math.max(0, last * stride + ks - wide);
  }

  /** Along one axis, the last window had fewer values than the others. */
  #rescale(y: Tensor, axis: number, n: number): Tensor {
    const over = this.#overhang(n);
    if (over === 0) return y;
    const count = y.shape[axis] ?? 0;
    const factors = Array.from({ length: count }, (_, i) => (i === count - 1 ? this.ks / (this.ks - over) : 1));
    return mul(
      y,
      tensor(
        factors,
        y.shape.map((_, i) => (i === axis ? count : 1)),
      ),
    );
  }
}

function onLine(x: Tensor, run: (plane: Tensor4D) => Tensor): Tensor {
  const [batch = 0, length = 0, channels = 0] = x.shape;
  return reshape(run(reshape(x, [batch, 1, length, channels])), [batch, -1, channels]);
}
