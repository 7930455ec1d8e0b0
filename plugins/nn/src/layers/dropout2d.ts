import type { Tensor } from "@fastap/kernel";
import { mul, ones } from "@tensorflow/tfjs-core";
import { Dropout } from "./dropout.ts";

/** In training, zeroes whole channels of an item with chance `p` and scales the others by 1 / (1 − p). @source torch.nn.Dropout2d */
export class Dropout2d extends Dropout {
  protected override ops(): readonly string[] {
    return [...super.ops(), "Multiply"];
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank < 3) throw this.shapeError("[batch, …, channels]", xb);
    if (!this.training || this.p === 0) return x;
    const one = ones(x.shape.map((size, axis) => (axis === 0 || axis === x.rank - 1 ? size : 1)));
    return mul(x, super.call(one));
  }
}
