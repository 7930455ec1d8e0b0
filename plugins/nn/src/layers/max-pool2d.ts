import type { Tensor } from "@fastap/kernel";
import { maxPool } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { E_NN_OPTION } from "../errors.ts";
import { Module } from "../module.ts";

export interface MaxPool2dOptions {
  /** Default: the size of the window. */
  readonly stride?: number;
  /** On every side, at most half of the window; never the maximum. */
  readonly padding?: number;
}

/** `[batch, height, width, channels]` → `[batch, height', width', channels]`, square windows. @source torch.nn.MaxPool2d */
export class MaxPool2d extends Module {
  readonly ks: number;
  readonly stride: number;
  readonly padding: number;

  /** @throws E_NN_OPTION */
  constructor(ks: number, { stride = ks, padding = 0 }: MaxPool2dOptions = {}) {
    super();
    checkWhole("MaxPool2d", "ks", ks, 1);
    checkWhole("MaxPool2d", "stride", stride, 1);
    checkWhole("MaxPool2d", "padding", padding, 0);
    if (2 * padding > ks) {
      throw E_NN_OPTION({ of: "MaxPool2d", option: "padding", problem: `padding ${padding} is more than half of the window of ${ks}` });
    }
    [this.ks, this.stride, this.padding] = [ks, stride, padding];
  }

  protected override ops(): readonly string[] {
    return ["MaxPool", "MaxPoolGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    const least = this.ks - 2 * this.padding;
    if (Math.min(x.shape[1] ?? 0, x.shape[2] ?? 0) < least) throw this.shapeError(`height and width of at least ${least}`, xb);
    return maxPool(x as Tensor4D, this.ks, this.stride, this.padding);
  }
}
