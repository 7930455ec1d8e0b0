import { leaves } from "@fastap/kernel";
import type { Pred, Tensor } from "@fastap/kernel";
import { reshape, stack, unstack } from "@tensorflow/tfjs-core";
import { Module } from "../module.ts";

export interface TimeDistributedOptions {
  /** One step after the other: slower, and in training norms see one step at a time. Default false. */
  readonly lowMem?: boolean;
  /** Axis of the steps; other than 1 goes step by step. Default 1. */
  readonly tdim?: number;
}

/** `[batch, time, …]`: the module at every step, as one batch of `batch · time`. @source fastai.layers.TimeDistributed */
export class TimeDistributed extends Module {
  readonly module: Module;
  readonly lowMem: boolean;
  readonly tdim: number;

  constructor(module: Module, { lowMem = false, tdim = 1 }: TimeDistributedOptions = {}) {
    super();
    [this.module, this.lowMem, this.tdim] = [module, lowMem, tdim];
  }

  protected override ops(): readonly string[] {
    return this.lowMem || this.tdim !== 1 ? ["Unpack", "Pack"] : [];
  }

  protected call(...xb: readonly Tensor[]): Pred {
    if (xb.length === 0 || xb.some((one) => one.rank < Math.max(3, this.tdim + 1))) throw this.shapeError("[batch, time, …]", xb);
    const outputs = this.lowMem || this.tdim !== 1 ? this.#stepByStep(xb) : this.#atOnce(xb);
    const [only] = outputs;
    return outputs.length === 1 && only !== undefined ? only : outputs;
  }

  #atOnce(xb: readonly Tensor[]): readonly Tensor[] {
    const [batch = 0, time = 0] = xb[0]?.shape ?? [];
    const pred = this.module.forward(...xb.map((one) => reshape(one, [batch * time, ...one.shape.slice(2)])));
    return leaves(pred).map((y) => reshape(y, [batch, time, ...y.shape.slice(1)]));
  }

  #stepByStep(xb: readonly Tensor[]): readonly Tensor[] {
    const inputs = xb.map((one) => unstack(one, this.tdim));
    const steps = (inputs[0] ?? []).map((_, i) => leaves(this.module.forward(...inputs.flatMap((steps) => steps[i] ?? []))));
    return (steps[0] ?? []).map((_, k) =>
      stack(
        steps.flatMap((outputs) => outputs[k] ?? []),
        this.tdim,
      ),
    );
  }
}
