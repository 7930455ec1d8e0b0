import { leaves } from "@fastap/kernel";
import type { Pred, Tensor } from "@fastap/kernel";
import { add, concat, mul } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** A layer that takes what its SequentialEx took, too. */
export abstract class OrigLayer extends Module {
  protected abstract merge(x: Tensor, orig: Tensor): Tensor;

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x, orig] = xb;
    if (x === undefined || orig === undefined) throw this.shapeError("two tensors, the second from a SequentialEx", xb);
    return this.merge(x, orig);
  }
}

/** x + orig, or (dense) the channels of both side by side. @source fastai.layers.MergeLayer */
export class MergeLayer extends OrigLayer {
  readonly dense: boolean;

  constructor(dense: boolean = false) {
    super();
    this.dense = dense;
  }

  protected override ops(): readonly string[] {
    return this.dense ? ["Concat", "Slice"] : ["Add"];
  }

  protected merge(x: Tensor, orig: Tensor): Tensor {
    return this.dense ? concat([x, orig], x.rank - 1) : add(x, orig);
  }
}

/** x · orig. @source fastai.layers.ProdLayer */
export class ProdLayer extends OrigLayer {
  protected override ops(): readonly string[] {
    return ["Multiply", "Sum"];
  }

  protected merge(x: Tensor, orig: Tensor): Tensor {
    return mul(x, orig);
  }
}

/** Sequential whose OrigLayers take the input of all as well. @source fastai.layers.SequentialEx */
export class SequentialEx extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  protected call(...xb: readonly Tensor[]): Pred {
    const [orig] = xb;
    if (orig === undefined) throw this.shapeError("one tensor", xb);
    let pred: Pred = orig;
    for (let i = 0; i < this.layers.length; i++) {
      const layer = this.layers[i];
      const inputs: readonly Tensor[] = layer instanceof OrigLayer ? [...leaves(pred), orig] : leaves(pred);
      const together: Pred | undefined = layer?.forwardActivated(this.layers[i + 1]?.openActivation, ...inputs);
      pred = together ?? layer?.forward(...inputs) ?? pred;
      if (together !== undefined) i++;
    }
    return pred;
  }
}
