import type { FusedActivation, Tensor } from "@fastap/kernel";
import { reshape } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { torchBias, torchWeight } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import { rowsOf } from "../rows-of.ts";

export interface LinearOptions {
  readonly bias?: boolean;
  readonly weightInit?: Initialiser;
  readonly biasInit?: Initialiser;
}

/** `[…, nIn]` → `[…, nOut]`. @source torch.nn.Linear */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @throws E_NN_OPTION */
  constructor(nIn: number, nOut: number, { bias = true, weightInit = torchWeight, biasInit }: LinearOptions = {}) {
    super();
    checkWhole("Linear", "nIn", nIn, 1);
    checkWhole("Linear", "nOut", nOut, 1);
    const shape = [nOut, nIn];
    this.weight = new Parameter({ shape, init: weightInit, layout: { axes: [1, 0] } });
    this.bias = bias ? new Parameter({ shape: [nOut], init: biasInit ?? torchBias(shape), isBias: true }) : undefined;
  }

  protected override ops(): readonly string[] {
    return ["FastapLinear", "BatchMatMul"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.activated(undefined, xb);
  }

  protected override activated(activation: FusedActivation | undefined, xb: readonly Tensor[]): Tensor {
    const x = xb[0];
    const { shape } = this.weight;
    const nIn = shape[1] ?? 1;
    if (x?.dtype !== "float32" || x.rank < 2 || x.shape.at(-1) !== nIn) {
      throw this.shapeError(
        `float32 […, ${nIn}]`,
        xb,
        "Put a Flatten before it, or give it as many inputs as the layer before has outputs.",
      );
    }
    const y = this.engine.ops.linear(rowsOf(x), this.weight.value, this.bias?.value, activation);
    return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), shape[0] ?? 1]);
  }
}
