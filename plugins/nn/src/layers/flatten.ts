import type { Tensor } from "@fastap/kernel";
import { reshape, transpose } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** `[batch, height, width, channels]` → `[batch, features]`, channels slowest as PyTorch has it, so that its weights fit. @source torch.nn.Flatten */
export class Flatten extends Module {
  protected override ops(): readonly string[] {
    return ["Transpose"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank < 1) throw this.shapeError("[batch, …]", xb);
    return flattened(x);
  }
}

/** What Flatten does. */
export function flattened(x: Tensor): Tensor {
  const [batch = 0, ...rest] = x.shape;
  const features = rest.reduce((a, b) => a * b, 1);
  const between = rest.slice(0, -1);
  const moves = between.some((size) => size !== 1) && rest.at(-1) !== 1;
  const last = x.rank - 1;
  return reshape(moves ? transpose(x, [0, last, ...between.map((_, i) => i + 1)]) : x, [batch, features]);
}
