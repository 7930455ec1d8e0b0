import { leaves } from "@fastap/kernel";
import type { Pred, Tensor } from "@fastap/kernel";
import { reshape } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

/** `[batch, time, …]`: the module at every step, as one batch of `batch · time`. @source fastai.layers.TimeDistributed */
export class TimeDistributed extends Module {
  readonly module: Module;

  constructor(module: Module) {
    super();
    this.module = module;
  }

  protected call(...xb: readonly Tensor[]): Pred {
    const [x] = xb;
    if (x === undefined || xb.some((one) => one.rank < 3)) throw this.shapeError("[batch, time, …]", xb);
    const [batch = 0, time = 0] = x.shape;
    const pred = this.module.forward(...xb.map((one) => reshape(one, [batch * time, ...one.shape.slice(2)])));
    const outputs = leaves(pred).map((y) => reshape(y, [batch, time, ...y.shape.slice(1)]));
    const [only] = outputs;
    return outputs.length === 1 && only !== undefined ? only : outputs;
  }
}
