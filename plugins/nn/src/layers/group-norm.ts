import type { Tensor } from "@fastap/kernel";
import { fill, reshape } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { E_NN_OPTION } from "../errors.ts";
import { constant } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

export interface GroupNormOptions {
  readonly eps?: number;
  /** What `weight` starts with: 1. */
  readonly weight?: number;
  /** What `bias` starts with: 0. */
  readonly bias?: number;
  /** Has a weight and a bias: true. */
  readonly affine?: boolean;
}

const FUSED: readonly string[] = ["FastapGroupNorm", "FastapGroupNormGrad"];

/** Normalises `[batch, …, nf]` within each item and each of `groups` runs of channels. @source torch.nn.GroupNorm */
export class GroupNorm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly nf: number;
  readonly groups: number;
  readonly eps: number;

  /** @throws E_NN_OPTION */
  constructor(groups: number, nf: number, { eps = 1e-5, weight = 1, bias = 0, affine = true }: GroupNormOptions = {}) {
    super();
    checkWhole("GroupNorm", "groups", groups, 1);
    checkWhole("GroupNorm", "nf", nf, 1);
    if (nf % groups !== 0)
      throw E_NN_OPTION({ of: "GroupNorm", option: "groups", problem: `${groups} groups do not divide ${nf} channels` });
    this.weight = affine ? new Parameter({ shape: [nf], init: constant(weight), isNorm: true }) : undefined;
    this.bias = affine ? new Parameter({ shape: [nf], init: constant(bias), isNorm: true }) : undefined;
    [this.groups, this.nf, this.eps] = [groups, nf, eps];
  }

  protected override ops(): readonly string[] {
    return FUSED;
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    const { nf } = this;
    if (x?.dtype !== "float32" || x.rank < 2 || x.shape.at(-1) !== nf) throw this.shapeError(`float32 [batch, …, ${nf}]`, xb);
    const [scale, shift] = [this.weight?.value ?? fill([nf], 1), this.bias?.value ?? fill([nf], 0)];
    return this.engine.ops.groupNorm(x, scale, shift, this.groups, this.eps);
  }
}

/** Normalises every channel of every item of `[batch, …, nf]`. @source fastai.layers.InstanceNorm; torch.nn.InstanceNorm2d */
export class InstanceNorm extends GroupNorm {
  /** @throws E_NN_OPTION */
  constructor(nf: number, options: GroupNormOptions = {}) {
    super(nf, nf, options);
  }
}

/** Normalises the last axis of `[…, nf]`. @source torch.nn.LayerNorm; Ba et al. 2016 */
export class LayerNorm extends GroupNorm {
  /** @throws E_NN_OPTION */
  constructor(nf: number, options: GroupNormOptions = {}) {
    super(1, nf, options);
  }

  protected override call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    const { nf } = this;
    if (x?.dtype !== "float32" || x.rank < 1 || x.shape.at(-1) !== nf) throw this.shapeError(`float32 […, ${nf}]`, xb);
    return reshape(super.call(reshape(x, [x.size / nf, nf])), x.shape);
  }
}
