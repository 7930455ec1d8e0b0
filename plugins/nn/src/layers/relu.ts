import type { Tensor } from "@fastap/kernel";
import { Module } from "../module.ts";

/** @source torch.nn.ReLU */
export class Relu extends Module {
  override readonly fusedActivation = "relu" as const;

  protected override ops(): readonly string[] {
    return ["Relu", "FastapActivationGrad"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return this.engine.ops.relu(x);
  }
}
