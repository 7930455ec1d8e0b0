import type { FusedOps } from "@fastap/kernel";

/** The part of an engine that losses compute with. */
export interface LossEngine {
  readonly ops: Pick<FusedOps, "softmaxCrossEntropy">;
}
