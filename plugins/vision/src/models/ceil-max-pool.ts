import type { Tensor } from "@fastap/kernel";
import { MaxPool2d } from "@fastap/plugin-nn";
import { maxPool } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { slid } from "./shape-after.ts";
import type { ImageShape, Reshaping } from "./shape-after.ts";

/** Maxima of windows of `ks`, the last of which may reach over the end. @source torch.nn.MaxPool2d(ceil_mode=True) */
export class CeilMaxPool extends MaxPool2d implements Reshaping {
  after(shape: ImageShape): ImageShape {
    return slid(shape, this.ks, this, Math.ceil);
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    const over = (n: number): [number, number] => [0, Math.max(0, Math.ceil((n - this.ks) / this.stride) * this.stride + this.ks - n)];
    const pads: [[number, number], [number, number], [number, number], [number, number]] = [
      [0, 0],
      over(x.shape[1] ?? 0),
      over(x.shape[2] ?? 0),
      [0, 0],
    ];
    return maxPool(x as Tensor4D, this.ks, this.stride, pads);
  }
}
