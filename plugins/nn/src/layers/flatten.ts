import type { Tensor } from "@fastap/kernel";
import { reshape, transpose } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/**
 * `[batch, height, width, channels]` → `[batch, features]`, channels slowest as PyTorch has it, so that its weights fit; `full` makes one row of all.
 * @source fastai.layers.Flatten; torch.nn.Flatten
 */
export class Flatten extends Module {
  readonly full: boolean;

  constructor({ full = false }: { readonly full?: boolean } = {}) {
    super();
    this.full = full;
  }

  protected override ops(): readonly string[] {
    return ["Transpose"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank < 1) throw this.shapeError("[batch, …]", xb);
    return this.full ? reshape(flattened(x), [-1]) : flattened(x);
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
