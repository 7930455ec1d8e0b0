import type { Tensor } from "@fastap/kernel";
import { mean } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** `[batch, height, width, channels]` → `[batch, 1, 1, channels]`. @source torch.nn.AdaptiveAvgPool2d(1) */
export class GlobalAvgPool extends Module {
  protected override ops(): readonly string[] {
    return ["Mean", "Multiply", "RealDiv"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank !== 4) throw this.shapeError("[batch, height, width, channels]", xb);
    return mean(x, [1, 2], true);
  }
}
