import type { Engine } from "./engine.ts";
import type { Pred, Tensor } from "./tensor.ts";

export type Reduction = "mean" | "sum" | "none";

/** A loss. `@source fastai.losses.BaseLoss` */
export interface LossFunc {
  readonly name: string;
  /** Targets are class numbers, so MixUp mixes losses and not targets. */
  readonly yInt: boolean;
  readonly reduction: Reduction;
  /** Scalar for "mean" and "sum"; one value per item for "none". Pure in the tape. */
  forward(pred: Pred, ...yb: readonly Tensor[]): Tensor;
  withReduction(reduction: Reduction): LossFunc;
  /** Raw predictions → probabilities, for getPreds. */
  activation(pred: Pred): Pred;
  /** Activated predictions → decisions (class numbers …). */
  decodes(pred: Pred): Pred;
}

/** What a metric sees after a batch. Tensors belong to the loop: read or reduce them, never keep them. */
export interface MetricBatch {
  readonly pred: Pred;
  readonly yb: readonly Tensor[];
  readonly loss: Tensor;
  /** Items in the batch. */
  readonly size: number;
  readonly engine: Engine;
}

/** Accumulates over a phase. `value` is undefined when nothing was seen. `@source fastai.learner.Metric` */
export interface Metric {
  readonly name: string;
  reset(): void;
  accumulate(batch: MetricBatch): void | Promise<void>;
  value(): number | undefined;
}

/** A metric of one batch: a scalar tensor (disposed by the caller), averaged over the epoch weighted by batch size. */
export interface MetricFunc {
  readonly name: string;
  (pred: Pred, ...yb: readonly Tensor[]): Tensor;
}
