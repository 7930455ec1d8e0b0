import type { Pred, Tensor } from "@fastap/kernel";
import { Linear, Module } from "@fastap/plugin-nn";
import { mean, mul, reshape, tanh } from "@tensorflow/tfjs-core";

/** Rows of a picture as steps; gives its states, raw and dampened, beside the prediction, as recurrent models do. */
export class Remembering extends Module {
  readonly cell: Linear = new Linear(4, 6);
  readonly head: Linear = new Linear(6, 2);
  resets = 0;

  reset(): void {
    this.resets++;
  }

  protected override call(x: Tensor): Pred {
    const states = tanh(this.cell.forward(reshape(x, [-1, 4, 4])) as Tensor);
    const dampened = mul(states, 0.9);
    return [this.head.forward(mean(dampened, 1)), [states], [dampened]];
  }
}
