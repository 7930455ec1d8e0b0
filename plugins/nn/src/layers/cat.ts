import type { Tensor } from "@fastap/kernel";
import { concat } from "@tensorflow/tfjs-core";
import { Sequential } from "./sequential.ts";

/** Every layer on the input, the results side by side on the last axis. @source fastai.layers.Cat */
export class Cat extends Sequential {
  protected override ops(): readonly string[] {
    return ["Concat", "Slice"];
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return concat(
      this.layers.map((layer) => layer.forward(...xb) as Tensor),
      -1,
    );
  }
}
