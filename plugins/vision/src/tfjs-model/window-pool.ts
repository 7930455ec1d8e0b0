import type { Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { avgPool, maxPool } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { slid } from "../models/shape-after.ts";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";

/** Maxima or averages of windows as TensorFlow pads them: "valid" leaves what does not fit, "same" lets windows reach over the end. */
export class WindowPool extends Module implements Reshaping {
  readonly kind: "max" | "avg";
  readonly ks: number;
  readonly stride: number;
  readonly padding: "valid" | "same";

  constructor(kind: "max" | "avg", ks: number, stride: number, padding: "valid" | "same") {
    super();
    [this.kind, this.ks, this.stride, this.padding] = [kind, ks, stride, padding];
  }

  after(shape: ImageShape): ImageShape {
    return slid(shape, this.ks, { stride: this.stride, padding: this.padding === "same" ? "tensorflow" : 0 });
  }

  protected override ops(): readonly string[] {
    return this.kind === "max" ? ["MaxPool", "MaxPoolGrad"] : ["AvgPool", "AvgPoolGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    return (this.kind === "max" ? maxPool : avgPool)(x as Tensor4D, this.ks, this.stride, this.padding);
  }
}
