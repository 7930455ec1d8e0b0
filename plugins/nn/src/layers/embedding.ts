import type { Tensor } from "@fastap/kernel";
import { gather } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { normal } from "../initialiser.ts";
import type { Initialiser } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** int32 ids of any shape → one vector each, `[…, nf]`; starts with N(0, 1). @source torch.nn.Embedding */
export class Embedding extends Module {
  readonly weight: Parameter;

  /** @throws E_NN_OPTION */
  constructor(rows: number, nf: number, init: Initialiser = normal(1)) {
    super();
    checkWhole("Embedding", "rows", rows, 1);
    checkWhole("Embedding", "nf", nf, 1);
    this.weight = new Parameter({ shape: [rows, nf], init });
  }

  protected override ops(): readonly string[] {
    return ["GatherV2", "UnsortedSegmentSum"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [ids] = xb;
    if (ids?.dtype !== "int32") throw this.shapeError("ids of dtype int32", xb, ids && `The input is of dtype ${ids.dtype}.`);
    return gather(this.weight.value as Tensor, ids as never);
  }
}
