import { leaves } from "@fastap/kernel";
import type { Pred, Tensor } from "@fastap/kernel";
import { Module } from "../module.ts";
import { Lambda } from "./lambda.ts";

/** One layer after the other; children are called "0", "1", … What a layer returns, one tensor or several, the next one takes. @source torch.nn.Sequential */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override children(): readonly (readonly [string, Module])[] {
    return this.layers.map((layer, i) => [String(i), layer] as const);
  }

  protected call(...xb: readonly Tensor[]): Pred {
    const x = xb[0];
    if (x === undefined) throw this.shapeError("one tensor", xb);
    let pred: Pred | undefined;
    for (let i = 0; i < this.layers.length; i++) {
      const inputs = pred === undefined ? xb : leaves(pred);
      const together = this.layers[i]?.forwardActivated(this.layers[i + 1]?.openActivation, ...inputs);
      pred = together ?? this.layers[i]?.forward(...inputs);
      if (together !== undefined) i++;
    }
    return pred ?? x;
  }
}

/** A Sequential of layers and plain functions of tensors. @source fastai.layers.sequential */
export function sequential(...items: readonly (Module | Lambda["func"])[]): Sequential {
  return new Sequential(...items.map((item) => (item instanceof Module ? item : new Lambda(item))));
}
