import type { FusedActivation, Tensor } from "@fastap/kernel";
import { batchNorm, fill, reshape } from "@tensorflow/tfjs-core";
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
  /** Has a weight and a bias: true. */
  readonly affine?: boolean;
}

/** Normalises the last axis of `[batch, …, nf]`, any rank from 2. @source torch.nn.BatchNorm1d, BatchNorm2d; fastai BatchNorm1dFlat */
export class BatchNorm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly runningMean: Buffer;
  readonly runningVar: Buffer;
  readonly numBatchesTracked: Counter = new Counter();
  readonly eps: number;
  readonly momentum: number;

  /** @throws E_NN_OPTION */
  constructor(nf: number, { eps = 1e-5, momentum = 0.1, weight = 1, bias = 0, affine = true }: BatchNormOptions = {}) {
    super();
    checkWhole("BatchNorm", "nf", nf, 1);
    const shape = [nf];
    this.weight = affine ? new Parameter({ shape, init: constant(weight), isNorm: true }) : undefined;
    this.bias = affine ? new Parameter({ shape, init: constant(bias), isNorm: true }) : undefined;
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
    const nf = this.runningMean.shape[0] ?? 1;
    if (x?.dtype !== "float32" || x.rank < 2 || x.shape.at(-1) !== nf) throw this.shapeError(`float32 [batch, …, ${nf}]`, xb);
    if (!this.training) return this.#evaluate(x, activation);
    const rows = x.size / nf;
    if (rows < 2) throw this.shapeError("more than one value per channel when training", xb, "Drop the last, smaller batch.");
    const running = { mean: this.runningMean.value, variance: this.runningVar.value, momentum: this.momentum };
    const y = this.engine.ops.batchNormTrain(x, this.#scale(), this.#shift(), this.eps, running, activation);
    this.numBatchesTracked.value += 1;
    return y;
  }

  #scale(): Tensor {
    return this.weight?.value ?? filled(this.runningMean.shape, 1);
  }

  #shift(): Tensor {
    return this.bias?.value ?? filled(this.runningMean.shape, 0);
  }

  #evaluate(x: Tensor, activation: FusedActivation | undefined): Tensor {
    const [mean, variance] = [this.runningMean, this.runningVar].map((p) => p.value as Tensor);
    const [shift, scale] = [this.#shift() as Tensor1D, this.#scale() as Tensor1D];
    const y = batchNorm(rowsOf(x), mean as Tensor1D, variance as Tensor1D, shift, scale, this.eps);
    const shaped = reshape(y, x.shape);
    return activation === undefined ? shaped : this.engine.ops.biasActivation(shaped, undefined, activation);
  }
}

function filled(shape: readonly number[], value: number): Tensor {
  return fill([...shape], value);
}
