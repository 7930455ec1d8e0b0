import type { Tensor } from "@fastap/kernel";
import { concat } from "@tensorflow/tfjs-core";
import type { Module } from "../module.ts";
import { Sequential } from "./sequential.ts";

/** Every layer on the input, the results side by side on `axis`, the channels' by default. @source fastai.layers.Cat */
export class Cat extends Sequential {
  readonly axis: number;

  constructor(layers: readonly Module[], axis: number = -1) {
    super(...layers);
    this.axis = axis;
  }

  protected override ops(): readonly string[] {
    return ["Concat", "Slice"];
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return concat(
      this.layers.map((layer) => layer.forward(...xb) as Tensor),
      this.axis,
    );
  }
}
