import type { Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { linspace, matMul, reshape, softmax, stack, sum, transpose } from "@tensorflow/tfjs-core";

/**
 * Where a map is high: `[batch, height, width, maps]` → `[batch, 2 · maps]`, x before y, in −1…1 of the image.
 * Each map's softmax weighs the middles of its cells.
 * @source Finn et al. 2016, "Deep spatial autoencoders"; Nibali et al. 2018, "Numerical coordinate regression"
 */
export class SoftArgmax extends Module {
  protected override ops(): readonly string[] {
    return ["Softmax", "Sum", "BatchMatMul", "Transpose", "LinSpace", "Pack"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x?.rank !== 4) throw this.shapeError("[batch, height, width, maps]", xb);
    const [n = 0, h = 0, w = 0, maps = 0] = x.shape;
    const weights = reshape(softmax(reshape(transpose(x, [0, 3, 1, 2]), [n * maps, h * w])), [n * maps, h, w]);
    const mean = (lines: Tensor, count: number): Tensor =>
      matMul(lines, reshape(linspace(1 / count - 1, 1 - 1 / count, count), [count, 1]));
    return reshape(stack([mean(sum(weights, 1), w), mean(sum(weights, 2), h)], 1), [n, 2 * maps]);
  }
}
