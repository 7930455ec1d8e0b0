import type { Tensor } from "@fastap/kernel";
import { add, matMul, maxPool, mul, reshape, softmax } from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { kaimingNormal, zeros } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import { ConvLayer } from "./conv-layer.ts";
import { Conv } from "./conv.ts";

/** `[batch, …, channels]` of any rank from 3; `gamma`, 0 at first, scales what is added to the input. */
abstract class Attention extends Module {
  readonly gamma: Parameter = new Parameter({ shape: [1], init: zeros });

  protected override ops(): readonly string[] {
    return ["BatchMatMul", "Softmax", "Multiply", "Add"];
  }

  protected abstract attend(x: Tensor): Tensor;

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined || x.rank < 3) throw this.shapeError("[batch, …, channels]", xb);
    return add(mul(this.attend(x), this.gamma.value), x);
  }
}

function projection(ni: number, nf: number, ndim: 1 | 2): ConvLayer {
  return new ConvLayer(ni, nf, { ks: 1, ndim, norm: "spectral", act: null, bias: false });
}

function flat(x: Tensor): Tensor {
  return reshape(x, [x.shape[0] ?? 0, -1, x.shape.at(-1) ?? 0]);
}

/** Every place looks at every other; weights add up to 1 over the queries. @source fastai.layers.SelfAttention; Zhang et al. 2018 */
export class SelfAttention extends Attention {
  readonly query: ConvLayer;
  readonly key: ConvLayer;
  readonly value: ConvLayer;

  constructor(nChannels: number) {
    super();
    const narrow = Math.floor(nChannels / 8);
    this.query = projection(nChannels, narrow, 1);
    this.key = projection(nChannels, narrow, 1);
    this.value = projection(nChannels, nChannels, 1);
  }

  protected attend(x: Tensor): Tensor {
    const line = flat(x);
    const [query, key, value] = [this.query.forward(line), this.key.forward(line), this.value.forward(line)];
    return reshape(matMul(softmax(matMul(key as Tensor, query as Tensor, false, true)), value as Tensor), x.shape);
  }
}

/** As SelfAttention, with keys and values at half of the resolution; height and width are even. @source fastai.layers.PooledSelfAttention2d; Brock et al. 2018 */
export class PooledSelfAttention2d extends Attention {
  readonly query: ConvLayer;
  readonly key: ConvLayer;
  readonly value: ConvLayer;
  readonly out: ConvLayer;

  constructor(nChannels: number) {
    super();
    const [narrow, half] = [Math.floor(nChannels / 8), Math.floor(nChannels / 2)];
    this.query = projection(nChannels, narrow, 2);
    this.key = projection(nChannels, narrow, 2);
    this.value = projection(nChannels, half, 2);
    this.out = projection(half, nChannels, 2);
  }

  protected attend(x: Tensor): Tensor {
    const query = flat(this.query.forward(x) as Tensor);
    const key = flat(maxPool(this.key.forward(x) as Tensor4D, 2, 2, 0));
    const value = flat(maxPool(this.value.forward(x) as Tensor4D, 2, 2, 0));
    const seen = matMul(softmax(matMul(query, key, false, true)), value);
    return this.out.forward(reshape(seen, [...x.shape.slice(0, 3), -1])) as Tensor;
  }
}

/** X·Xᵀ·conv(X), without softmax. fastai has a `sym` besides, of no effect: spectral norm writes the weight anew at every pass. @source fastai.layers.SimpleSelfAttention */
export class SimpleSelfAttention extends Attention {
  readonly conv: Conv;

  constructor(nIn: number, ks: number = 1) {
    super();
    const padding = Math.floor(ks / 2);
    this.conv = new Conv(nIn, nIn, ks, { ndim: 1, padding, bias: false, reparam: "spectral", weightInit: kaimingNormal });
  }

  protected attend(x: Tensor): Tensor {
    const line = flat(x);
    return reshape(matMul(this.conv.forward(line) as Tensor, matMul(line, line, true, false)), x.shape);
  }
}
