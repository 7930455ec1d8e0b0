import type { Tensor } from "@fastap/kernel";
import { customGrad, gather, reshape, unsortedSegmentSum } from "@tensorflow/tfjs-core";
import type { GradSaveFunc, Tensor1D } from "@tensorflow/tfjs-core";
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
    if (ids?.dtype !== "int32") throw this.shapeError("int32 ids of any shape", xb, "Cast the ids, or give int32 numbers to the data set.");
    return lookUp(this.weight.value as Tensor, ids);
  }
}

/** tf.gather's own gradient takes seven more operations, as it is for any axis. */
function lookUp(weight: Tensor, ids: Tensor): Tensor {
  const [rows = 0, nf = 0] = weight.shape;
  const op = customGrad((table, save) => {
    (save as GradSaveFunc)([ids]);
    const gradFunc = (dy: Tensor, [saved = ids]: Tensor[]): Tensor => {
      const isFlat = saved.rank === 1;
      const [dRows, flat] = isFlat ? [dy, saved] : [reshape(dy, [saved.size, nf]), reshape(saved, [saved.size])];
      return unsortedSegmentSum(dRows, flat as Tensor1D, rows);
    };
    return { value: gather(table as Tensor, ids as Tensor1D), gradFunc };
  });
  return op(weight);
}
