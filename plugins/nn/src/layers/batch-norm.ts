import type { FusedActivation, Tensor } from "@fastap/kernel";
import { batchNorm, reshape } from "@tensorflow/tfjs-core";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { constant, ones, zeros } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Buffer, Counter, Parameter } from "../parameter.ts";
import { rowsOf } from "../rows-of.ts";

export interface BatchNormOptions {
  readonly eps?: number;
  /** Share of the batch in the running statistics. */
  readonly momentum?: number;
  /** What `weight` starts with: 1. */
  readonly weight?: number;
  /** What `bias` starts with: 0; fastai's blocks take 1e-3. */
  readonly bias?: number;
}

/** Normalises the last axis of `[batch, …, nf]`, any rank from 2. @source torch.nn.BatchNorm1d, BatchNorm2d; fastai BatchNorm1dFlat */
export class BatchNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly runningMean: Buffer;
  readonly runningVar: Buffer;
  readonly numBatchesTracked: Counter = new Counter();
  readonly eps: number;
  readonly momentum: number;

  /** @throws E_NN_OPTION */
  constructor(nf: number, { eps = 1e-5, momentum = 0.1, weight = 1, bias = 0 }: BatchNormOptions = {}) {
    super();
    checkWhole("BatchNorm", "nf", nf, 1);
    const shape = [nf];
    this.weight = new Parameter({ shape, init: constant(weight), isNorm: true });
    this.bias = new Parameter({ shape, init: constant(bias), isNorm: true });
    this.runningMean = new Buffer({ shape, init: zeros });
    this.runningVar = new Buffer({ shape, init: ones });
    [this.eps, this.momentum] = [eps, momentum];
  }

  protected override ops(): readonly string[] {
    return ["FastapBatchNormTrain", "FastapBatchNormTrainGrad", "FusedBatchNorm", "FastapBiasActivation"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    return this.activated(undefined, xb);
  }

  protected override activated(activation: FusedActivation | undefined, xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    const nf = this.weight.shape[0] ?? 1;
    if (x === undefined || x.rank < 2 || x.shape.at(-1) !== nf) throw this.shapeError(`[batch, …, ${nf}]`, xb);
    if (!this.training) return this.#evaluate(x, activation);
    const rows = x.size / nf;
    if (rows < 2) throw this.shapeError("more than one value per channel when training", xb, "Drop the last, smaller batch.");
    const running = { mean: this.runningMean.value, variance: this.runningVar.value, momentum: this.momentum };
    const y = this.engine.ops.batchNormTrain(x, this.weight.value, this.bias.value, this.eps, running, activation);
    this.numBatchesTracked.value += 1;
    return y;
  }

  #evaluate(x: Tensor, activation: FusedActivation | undefined): Tensor {
    const [mean, variance, bias, weight] = [this.runningMean, this.runningVar, this.bias, this.weight].map((p) => p.value as Tensor);
    const y = batchNorm(rowsOf(x), mean as Tensor1D, variance as Tensor1D, bias as Tensor1D, weight as Tensor1D, this.eps);
    const shaped = reshape(y, x.shape);
    return activation === undefined ? shaped : this.engine.ops.biasActivation(shaped, undefined, activation);
  }
}
