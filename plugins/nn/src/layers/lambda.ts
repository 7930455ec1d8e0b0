import type { Pred, Tensor } from "@fastap/kernel";
import { reshape } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** Any function of tensors as a layer. @source fastai.layers.Lambda */
export class Lambda extends Module {
  readonly func: (...xb: readonly Tensor[]) => Pred;

  constructor(func: (...xb: readonly Tensor[]) => Pred) {
    super();
    this.func = func;
  }

  protected call(...xb: readonly Tensor[]): Pred {
    return this.func(...xb);
  }
}

/** @source fastai.layers.Identity */
export class Identity extends Lambda {
  constructor() {
    super((...xb) => (xb.length === 1 && xb[0] !== undefined ? xb[0] : [...xb]));
  }
}

/** To exactly this shape. @source fastai.layers.View */
export class View extends Lambda {
  constructor(...shape: readonly number[]) {
    super((...xb) => reshaped(xb, shape));
  }
}

/** `[batch, …]` → `[batch, ...shape]`. @source fastai.layers.ResizeBatch */
export class ResizeBatch extends Lambda {
  constructor(...shape: readonly number[]) {
    super((...xb) => reshaped(xb, [xb[0]?.shape[0] ?? 0, ...shape]));
  }
}

function reshaped([x]: readonly Tensor[], shape: readonly number[]): Pred {
  return x === undefined ? [] : reshape(x, [...shape]);
}
